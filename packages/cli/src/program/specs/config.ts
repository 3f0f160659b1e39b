import type { ConfigValidateFlags } from '../../commands/config/validate.ts';
import { config, json } from '../options.ts';
import { command, type CommandSpec } from '../spec.ts';

const validate = command<ConfigValidateFlags>({
  name: 'config validate',
  summary: 'check the configuration, without credentials',
  options: [config, json],
  examples: [
    {
      line: 'keyturn config validate',
      does: 'list every problem at its place; exit with 2 if there is one',
    },
    {
      line: 'keyturn config validate --untrusted --json',
      does: 'check the change of somebody else, in a pull request',
    },
  ],
  run: (_, flags, host) =>
    import('../../commands/config/validate.ts').then(({ configValidate }) =>
      configValidate(flags, host),
    ),
});

const schema = command({
  name: 'config schema',
  summary: 'print the JSON Schema of configurations, for editors',
  options: [],
  examples: [
    {
      line: 'keyturn config schema > keyturn.schema.json',
      does: 'keep it where an editor finds it',
    },
    {
      line: 'mkdir -p .vscode && keyturn config schema > .vscode/keyturn.schema.json',
      does: 'for the setting yaml.schemas or json.schemas of Visual Studio Code',
    },
  ],
  run: (_, __, host) =>
    import('../../commands/config/schema.ts').then(({ configSchema }) => configSchema(host)),
});

export const configs: readonly CommandSpec[] = [validate, schema];

import { checkConfig } from '../../../packages/host/src/config/check.ts';
import { parseText } from '../../../packages/host/src/config/document.ts';
import { ofTexts, type Parser } from '../parser.ts';

const yaml = `# ours
issuer: { kind: planetscale, org: acme }
rotations:
  ci-github:
    maxAge: 90d
    grace: 1h
    settle: 2m
    token: { ttl: 120d, permissions: [shop/read_branch, read_organization] }
    layout: pair
    names: { id: PLANETSCALE_SERVICE_TOKEN_ID, token: PLANETSCALE_SERVICE_TOKEN }
    sinks: [github:acme/web, "github:acme/api?environment=production", "github:acme/*", "!github:acme/old"]
  ci-gitlab: { sinks: ["gitlab:acme/infra?scope=production"] }
  laptop: &x { sinks: [env:.env.local] }
`;
const json = JSON.stringify({
  issuer: { kind: 'planetscale', org: 'acme' },
  rotations: { ci: { layout: 'joined', sinks: ['github:acme/web', './sink.ts:x'] } },
});

export const configParsers: readonly Parser[] = [
  ofTexts('configurations', [yaml, json], (text) => {
    checkConfig(parseText('keyturn.config.yaml', text));
  }),
];

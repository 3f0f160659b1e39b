import type { FleetStatusFlags } from '../../commands/fleet/status.ts';
import type { FleetWorkFlags } from '../../commands/fleet/work.ts';
import type { FleetFlags } from '../../fleet/flags.ts';
import { allowHost, config, json } from '../options.ts';
import { command, type CommandSpec, type OptionSpec } from '../spec.ts';

const configs: OptionSpec = {
  flags: '--configs <folder>',
  description: 'a folder whose folders each have a configuration, instead of one configuration',
  conflicts: ['config'],
};

const schedule = command<FleetFlags>({
  name: 'fleet schedule',
  summary: 'queue the rotations that are due; run it every few minutes',
  options: [config, configs, allowHost, json],
  examples: [
    { line: 'keyturn fleet schedule', does: 'queue what is due, without reading a ledger' },
    {
      line: 'keyturn fleet schedule --configs /srv/rotations',
      does: 'the same for every configuration /srv/rotations/NAME/keyturn.config.yaml',
    },
  ],
  run: (_, flags, host) =>
    import('../../commands/fleet/schedule.ts').then(({ fleetSchedule }) =>
      fleetSchedule(flags, host),
    ),
});

const work = command<FleetWorkFlags>({
  name: 'fleet work',
  summary: 'run queued rotations until interrupted, on many machines',
  options: [
    config,
    configs,
    { flags: '--concurrency <number>', description: 'rotations at a time (default: 8)' },
    {
      flags: '--jitter <percent>',
      description: 'replace tokens up to so much earlier, spread by name (default: 10)',
    },
    allowHost,
    json,
  ],
  examples: [
    { line: 'keyturn fleet work', does: 'work on the queue; SIGTERM finishes what runs, and ends' },
    { line: 'keyturn fleet work --concurrency 32', does: 'more rotations at a time' },
  ],
  run: (_, flags, host) =>
    import('../../commands/fleet/work.ts').then(({ fleetWork }) => fleetWork(flags, host)),
});

const status = command<FleetStatusFlags>({
  name: 'fleet status',
  summary: 'show the queue, and what is due in the whole fleet',
  options: [
    config,
    configs,
    {
      flags: '--metrics',
      description: 'print OpenMetrics text for Prometheus',
      conflicts: ['json'],
    },
    allowHost,
    json,
  ],
  examples: [
    {
      line: 'keyturn fleet status',
      does: 'show queue, delay, failures and what is left of rate limits',
    },
    {
      line: 'keyturn fleet status --metrics > fleet.prom',
      does: "for the textfile collector of Prometheus's node exporter",
    },
  ],
  run: (_, flags, host) =>
    import('../../commands/fleet/status.ts').then(({ fleetStatusCommand }) =>
      fleetStatusCommand(flags, host),
    ),
});

/** The commands for many rotations on many machines. */
export const fleets: readonly CommandSpec[] = [schedule, work, status];

import { describePoint } from '../point.ts';
import type { History, Mishap, Operation, Run } from './history.ts';
import { choiceOf } from './sinks.ts';

/** An operation in a line. */
export function operationText(operation: Operation): string {
  switch (operation.op) {
    case 'rotate':
      return `rotate${runText(operation)}`;
    case 'two at once':
      return `two at once: rotate${operation.runs.map(runText).join(', and rotate')}`;
    case 'abort':
    case 'adopt':
      return `${operation.op}${wrongText(operation)}`;
    case 'renamed':
      return `renamed${operation.point === undefined ? '' : `, killed ${describePoint(operation.point)}`}`;
    case 'sinks':
      return `sinks ${targets(operation.sinks)}`;
    case 'respell':
      return `respell ${choiceOf(operation.sink).target}`;
    default: {
      const { op, ...rest } = operation;
      const values = Object.values(rest).map((value) =>
        typeof value === 'object' ? JSON.stringify(value) : String(value),
      );
      return [op, ...values].join(' ');
    }
  }
}

/** A history as a list, as it is said in a report. */
export function historyText({ seed, settings, operations }: History): string {
  const { kind, layout, sinks, grace, drift, strangers, shared } = settings;
  return [
    `seed ${seed}: ${kind}, ${shared ? 'shared, ' : ''}layout ${layout}, grace ${grace}, drift ${drift}, strangers ${strangers}, sinks ${targets(sinks)}`,
    ...operations.map((operation, number) => `${number + 1}. ${operationText(operation)}`),
  ].join('\n');
}

function targets(sinks: readonly number[]): string {
  return sinks.map((sink) => choiceOf(sink).target).join(' ');
}

function runText(run: Run): string {
  const { force, filter, breakGlass } = run;
  return [
    force ? ' --force' : '',
    filter === undefined ? '' : ` --sink ${filter.kind ? 'kind of ' : ''}#${filter.nth}`,
    breakGlass === undefined ? '' : ' --break-glass',
    breakGlass === 'revoke-first' ? ' --revoke-first' : '',
    wrongText(run),
  ].join('');
}

function wrongText({ mishaps, point }: Pick<Run, 'mishaps' | 'point'>): string {
  const killed = point === undefined ? [] : [`killed ${describePoint(point)}`];
  return [...mishaps.map(mishapText), ...killed].map((text) => ` [${text}]`).join('');
}

function mishapText({ to, after, action }: Mishap): string {
  const what = Object.entries(action)
    .filter(([key]) => key !== 'body')
    .map(([key, value]) => (value === true ? key : `${key} ${value}`));
  return `${what.join(' ')} at ${to === 'changes' ? 'the change' : 'request'} ${after + 1}`;
}

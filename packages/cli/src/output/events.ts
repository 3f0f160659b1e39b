import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';

import { codeOf, hasCode, KeyturnError, type Progress, withoutSecrets } from '@keyturn/core';
import type { MeasuredReport } from '@keyturn/host';
import type { Plans } from '@keyturn/host/session';

import type { ExitCode } from '../exit.ts';
import type { Host } from '../host.ts';
import { eventsFailed, reportIsLink, reportIsNoFile } from '../messages.ts';
import { errorDocument, rotationDocument, schemaVersion } from './json.ts';

/** What happens in a run, while it happens: one JSON document per line, as in `events.schema.json`. */
export interface EventLog {
  readonly observe: (progress: Progress) => void;
  readonly report: (report: MeasuredReport) => void;
  readonly end: (exitCode: ExitCode) => void;
}

/**
 * Begins the events of a run: appended to a file, or on stdout for `-`.
 *
 * @throws {KeyturnError} `FILE_UNSAFE` for a link or anything else that is not a regular file, `FILE_FAILED`
 */
export function beginEvents(file: string, { session, requests }: Plans, host: Host): EventLog {
  const { write, close } =
    file === '-' ? toStdout(host) : toFile(resolve(host.directory, file), host);
  const log = (type: string, content: object): void => {
    const at = new Date(host.clock.now()).toISOString();
    write(`${JSON.stringify({ schemaVersion, at, type, ...content })}\n`);
  };
  log('run-started', { rotations: requests.map(({ name }) => name) });
  session.onRequest((adapter, { method, url, status, attempt, milliseconds }) =>
    log('request', {
      adapter,
      method,
      url,
      status: status ?? null,
      attempt,
      durationMs: Math.round(milliseconds),
    }),
  );
  return {
    observe(progress) {
      const { rotation } = progress;
      if (progress.type === 'step') log('step', { rotation, step: progress.step });
      else if (progress.type === 'event') log('record', { rotation, record: progress.event });
      else {
        const { sink, error } = progress;
        log('sink-failed', { rotation, sink, error: errorDocument(error) });
      }
    },
    report: (report) => log('rotation-ended', { rotation: rotationDocument(report) }),
    end(exitCode) {
      log('run-ended', { exitCode });
      close();
    },
  };
}

interface Writer {
  readonly write: (line: string) => void;
  readonly close: () => void;
}

const toStdout = ({ stdout }: Host): Writer => ({
  write: (line) => stdout.write(line),
  close: () => {},
});

const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Each line is in the file before the run goes on: the last one before a kill is there. */
function toFile(path: string, { warn }: Host): Writer {
  let file: number | undefined = opened(path);
  const close = (): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  return {
    write(line) {
      if (file === undefined) return;
      try {
        writeSync(file, withoutSecrets(line));
      } catch (error) {
        // A rotation must not stop in the middle for a log.
        warn(eventsFailed(path, codeOf(error) ?? 'unknown').message);
        close();
      }
    },
    close,
  };
}

function opened(path: string): number {
  try {
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
    throw reportIsNoFile(path);
  } catch (error) {
    if (KeyturnError.is(error)) throw error;
    if (hasCode(error, 'ELOOP')) throw reportIsLink(path);
    throw eventsFailed(path, codeOf(error) ?? 'unknown');
  }
}

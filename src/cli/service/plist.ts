// The agent of launchd: what it starts at login, and again after a crash.
import path from 'node:path';
import type { Job } from './job.ts';
import { marked } from './mark.ts';

export const LABEL = 'hookline.daemon';

/** What the daemon says before it has its log, or as it crashes: launchd does not put that aside, so the log itself is elsewhere. */
const OUTPUT_FILE = 'launchd.log';
/** Seconds between two starts. */
const THROTTLE_SEC = 10;
/** A stop commits what waits and says goodbye to clients; that takes a second or two. */
const STOP_SEC = 30;

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

export function plistText(job: Job): string {
  const output = path.join(job.home, OUTPUT_FILE);
  const agent: Value = {
    Label: LABEL,
    ProgramArguments: [job.node, job.script, ...job.args],
    EnvironmentVariables: job.env,
    RunAtLoad: true,
    // Not after an end in good order, as `stop` has it.
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: THROTTLE_SEC,
    ExitTimeOut: STOP_SEC,
    // Hooks wait for its answers: it is not to be slowed down as what runs in the background is.
    ProcessType: 'Interactive',
    StandardOutPath: output,
    StandardErrorPath: output,
  };
  const lines = (mark: string): string[] => [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- ${mark} -->`,
    '<plist version="1.0">',
    ...linesOf(agent),
    '</plist>',
    '',
  ];
  return marked(mark => lines(mark).join('\n'), job);
}

function linesOf(value: Value): string[] {
  if (typeof value === 'string') return [`<string>${escaped(value)}</string>`];
  if (typeof value === 'number') return [`<integer>${value}</integer>`];
  if (typeof value === 'boolean') return [`<${value}/>`];
  if (isList(value)) return ['<array>', ...value.flatMap(linesOf).map(indented), '</array>'];
  const entries = Object.entries(value).flatMap(([key, one]) => [
    `<key>${escaped(key)}</key>`,
    ...linesOf(one),
  ]);
  return ['<dict>', ...entries.map(indented), '</dict>'];
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

const indented = (line: string): string => `\t${line}`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const escaped = (text: string): string => text.replace(/[&<>]/g, found => ENTITIES[found] ?? found);

// Whether the rules that answer in the user's place are what they should be.
import os from 'node:os';
import { Policy } from '../../approvals/index.ts';
import type { ApprovalsConfig } from '../../config/index.ts';
import { selfCommand } from '../invocation.ts';
import { plural } from '../text/amount.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Nothing is said while there are none. */
export function checkApprovals({ rules }: ApprovalsConfig): Finding[] {
  if (Array.isArray(rules) && rules.length === 0) return [];
  const { problems } = new Policy(rules, os.homedir());
  if (problems.length === 0)
    return [
      ok(
        'approval rules',
        `${plural(Array.isArray(rules) ? rules.length : 0, 'rule')} answer what sessions ask`,
      ),
    ];
  return [
    warn(
      'approval rules',
      `${problems.join('; ')}; so no rule allows anything, and you are asked`,
      `Mend it in config.json, try it with: ${selfCommand()} policy test, and restart the daemon.`,
    ),
  ];
}

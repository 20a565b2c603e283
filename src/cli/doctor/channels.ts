// Whether notices over a channel, where somebody has set them up, can be expected to be read.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type Finding, warn } from './finding.ts';

const Servers = z.record(
  z.string(),
  z
    .object({ args: z.array(z.string()) })
    .partial()
    .catch({}),
);
/** What of Claude Code's own file we read: the servers of `claude mcp add`, for the user and for a folder. */
const ClientConfig = z.object({
  mcpServers: Servers.catch({}),
  projects: z.record(z.string(), z.object({ mcpServers: Servers.catch({}) })).catch({}),
});

/** Nothing is said where nobody asked for them. */
export function checkChannels(claudeDir: string): Finding[] {
  const names = channelsIn(claudeDir);
  if (names.length === 0) return [];
  return [
    warn(
      'channels',
      `The server ${names.join(', ')} runs with --channel. Claude Code takes its notices only where a switch of the account is on, which it alone can read; 2.1.332 with an API key refused them`,
      `See what it says: claude --dangerously-load-development-channels server:${names[0]}. With "channels aren't available right now" it ignores them; messages come by the other ways all the same, and --channel can go.`,
    ),
  ];
}

function channelsIn(claudeDir: string): readonly string[] {
  const config = ClientConfig.safeParse(readClientConfig(claudeDir)).data;
  const all = [config?.mcpServers, ...Object.values(config?.projects ?? {}).map(one => one.mcpServers)];
  const names = all
    .flatMap(servers => Object.entries(servers ?? {}))
    .filter(([, { args = [] }]) => /\bmcp\b.* --channel\b/.test(args.join(' ')))
    .map(([name]) => name);
  return [...new Set(names)];
}

/** It lies in CLAUDE_CONFIG_DIR, and without that beside `~/.claude`; undefined when there is none that can be read. */
function readClientConfig(claudeDir: string): unknown {
  const home = os.homedir();
  const folder = claudeDir === path.join(home, '.claude') ? home : claudeDir;
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, '.claude.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

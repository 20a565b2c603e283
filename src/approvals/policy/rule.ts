// A rule that answers requests: what it is about, what it decides, and whether it fits one.
import path from 'node:path';
import { z } from 'zod';
import { AddressPattern, compileAddress } from '../../protocol/index.ts';
import { commandGlob, pathGlob } from './glob.ts';

export const DECISIONS = ['allow', 'deny', 'ask'] as const;
export type Decision = (typeof DECISIONS)[number];

const Glob = z.string().min(1, 'is empty; use * for everything').max(256);

/** What a rule leaves out may be anything. */
export const PolicyRule = z
  .strictObject({
    tool: AddressPattern.optional(),
    command: Glob.optional(),
    path: Glob.optional(),
    project: Glob.optional(),
    session: AddressPattern.optional(),
    decision: z.enum(DECISIONS, 'must be allow, deny or ask'),
  })
  .refine(
    ({ decision, tool, command, path }) => decision !== 'allow' || (tool ?? command ?? path) !== undefined,
    'allows everything there is; say of which tool, command or path',
  );
export type PolicyRule = z.infer<typeof PolicyRule>;

/** What is asked, as far as rules go by it. */
export interface Matter {
  readonly toolName: string;
  readonly command?: string | undefined;
  /** As the tool has it, absolute or not. */
  readonly path?: string | undefined;
  /** Where the session works. */
  readonly cwd?: string | undefined;
  readonly sessionId?: string | undefined;
  /** What the session is called. */
  readonly name?: string | undefined;
}

/** With any of these a shell runs more than one command, or something else than it says. */
const SHELL_MORE = /[;&|<>`$()\n\r\\]/;

export interface CompiledRule {
  readonly decision: Decision;
  /** Why it does not fit; undefined when it does. */
  whyNot(matter: Matter): string | undefined;
}

/** @param homedir what `~/` stands for */
export function compileRule(
  { tool, command, path: file, project, session, decision }: PolicyRule,
  homedir: string,
): CompiledRule {
  const isTool = tool === undefined ? undefined : compileAddress(tool);
  const isSession = session === undefined ? undefined : compileAddress(session);
  const isCommand = command === undefined ? undefined : commandGlob(command);
  const inProject = project === undefined ? undefined : pathGlob(withHome(project, homedir));
  return {
    decision,
    whyNot(matter) {
      if (isTool && !isTool(matter.toolName)) return `the tool is ${matter.toolName}`;
      if (isSession && ![matter.sessionId, matter.name].some(one => one !== undefined && isSession(one)))
        return 'it is another session';
      if (inProject && !(matter.cwd !== undefined && inProject(path.resolve(matter.cwd))))
        return `it works in ${matter.cwd ?? 'an unknown folder'}`;
      if (file !== undefined) {
        const why = pathDiffers(file, matter, homedir);
        if (why !== undefined) return why;
      }
      if (command === undefined || isCommand === undefined) return undefined;
      return commandDiffers(command, isCommand, matter.command, decision);
    },
  };
}

function commandDiffers(
  pattern: string,
  fits: (command: string) => boolean,
  command: string | undefined,
  decision: Decision,
): string | undefined {
  if (command === undefined) return 'it is no command';
  if (decision !== 'allow')
    return [command, ...command.split(/[;&|\n()`]+/).map(part => part.trim())].some(fits)
      ? undefined
      : 'the command is another one';
  if (!fits(command)) return 'the command is another one';
  // `git *` must not allow `git status; rm -rf ~`.
  if (pattern.includes('*') && SHELL_MORE.test(command))
    return 'the command does more than one thing, and a pattern with * allows only a single plain one';
  return undefined;
}

function pathDiffers(pattern: string, { path: file, cwd }: Matter, homedir: string): string | undefined {
  if (file === undefined) return 'it is about no file';
  if (!path.isAbsolute(file) && cwd === undefined) return 'where the file is cannot be told';
  const whole = path.resolve(cwd ?? '/', file);
  const wanted = withHome(pattern, homedir);
  const anchored = wanted.startsWith('/') || wanted.startsWith('**');
  if (!anchored && cwd === undefined) return 'where the session works is not known';
  const glob = anchored ? wanted : `${escapedFolder(cwd ?? '')}${wanted}`;
  return pathGlob(glob)(whole) ? undefined : `the file is ${whole}`;
}

/** A folder whose name has a star in it cannot stand in a glob: then nothing fits. */
const escapedFolder = (cwd: string): string => (cwd.includes('*') ? '\0' : `${path.resolve(cwd)}/`);

const withHome = (pattern: string, homedir: string): string =>
  pattern.startsWith('~/') ? `${homedir}${pattern.slice(1)}` : pattern;

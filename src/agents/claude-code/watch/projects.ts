// Where Claude Code keeps its transcripts: `<config>/projects/<folder>/<session id>.jsonl`.
import fs from 'node:fs';
import path from 'node:path';
import { statOf } from '../../../regular-file.ts';

/** A main transcript under `projects`. */
export interface ProjectTranscript {
  readonly sessionId: string;
  readonly path: string;
}

/** Session ids are UUIDs. What else lies beside them (`agent-...jsonl` of older clients) is no session of its own. */
const TRANSCRIPT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i;

/** The configuration folder that a main transcript lies in; undefined when it lies elsewhere. */
export function configDirOf(transcriptPath: string): string | undefined {
  const projects = path.dirname(path.dirname(transcriptPath));
  return path.isAbsolute(transcriptPath) && path.basename(projects) === 'projects'
    ? path.dirname(projects)
    : undefined;
}

/** The folders of all projects. They are never derived from a working directory: how that is done is the client's affair. */
export function projectFolders(configDir: string): string[] {
  const projects = path.join(configDir, 'projects');
  return namesIn(projects).map(name => path.join(projects, name));
}

/** The main transcripts in one project's folder. */
export function transcriptsIn(folder: string): ProjectTranscript[] {
  return namesIn(folder).flatMap(name => {
    const sessionId = TRANSCRIPT.exec(name)?.[1];
    return sessionId === undefined ? [] : [{ sessionId, path: path.join(folder, name) }];
  });
}

/** A session's transcript, the newest one should there be several; undefined when it has none (yet). */
export function findTranscript(configDir: string, sessionId: string): string | undefined {
  // The id comes from a file that others write.
  if (path.basename(sessionId) !== sessionId) return undefined;
  return projectFolders(configDir)
    .map(folder => path.join(folder, `${sessionId}.jsonl`))
    .flatMap(file => {
      const changedAt = changeOf(file);
      return changedAt === undefined ? [] : [{ file, changedAt }];
    })
    .toSorted((a, b) => a.changedAt - b.changedAt)
    .at(-1)?.file;
}

/** When a file was written to last, in milliseconds since 1970; undefined when there is none. */
export function changeOf(file: string): number | undefined {
  return statOf(file)?.mtimeMs;
}

function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch {
    return [];
  }
}

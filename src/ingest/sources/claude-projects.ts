// Where Claude Code keeps its transcripts: `<config>/projects/<folder>/<session id>.jsonl`.
import path from 'node:path';

/** The configuration folder that a main transcript lies in; undefined when it lies elsewhere. */
export function configDirOf(transcriptPath: string): string | undefined {
  const projects = path.dirname(path.dirname(transcriptPath));
  return path.isAbsolute(transcriptPath) && path.basename(projects) === 'projects'
    ? path.dirname(projects)
    : undefined;
}

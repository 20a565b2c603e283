// The transcripts that Claude Code keeps of all sessions there ever were, to be read long after.
import path from 'node:path';
import { ownTurn } from '../../../log/index.ts';
import type { EventDraft } from '../../../protocol/index.ts';
import { statOf } from '../../../regular-file.ts';
import type { Past, PastSession } from '../../agent.ts';
import { SOURCE } from '../hooks/translate.ts';
import { type AgentFile, AgentFolder } from '../transcript/agent-folder.ts';
import { readAgentMeta } from '../transcript/agent-meta.ts';
import { FirstNews } from '../transcript/first-news.ts';
import { ForkPoint } from '../transcript/fork-point.ts';
import { type ProjectTranscript, projectFolders, transcriptsIn } from '../watch/projects.ts';
import { scanTranscript } from '../watch/scan-transcript.ts';
import { SessionRegistry } from '../watch/session-registry.ts';
import { byTime } from './by-time.ts';
import { type Said, TranscriptStory } from './transcript-story.ts';

/** Sessions looked at before others have a turn. */
const STRETCH = 50;
/** What nobody said anything in is smaller, in bytes. */
const MAY_BE_EMPTY = 16 * 1024;

export class PastTranscripts implements Past {
  readonly place: string;
  readonly #claudeDir: string;

  /** @param claudeDir Claude Code's folder */
  constructor(claudeDir: string) {
    this.#claudeDir = claudeDir;
    this.place = path.join(claudeDir, 'projects');
  }

  async *sessions(): AsyncGenerator<PastSession> {
    const found = new Map<string, ProjectTranscript>();
    let looked = 0;
    for (const folder of projectFolders(this.#claudeDir)) {
      await ownTurn();
      for (const transcript of transcriptsIn(folder)) {
        const known = found.get(transcript.sessionId);
        if (!known || changeOf(transcript) > changeOf(known)) found.set(transcript.sessionId, transcript);
      }
    }
    for (const transcript of found.values()) {
      if (looked++ % STRETCH === 0) await ownTurn();
      const session = sized(transcript);
      if (session && !(await isEmpty(session))) yield session;
    }
  }

  open(): ReadonlySet<string> {
    const { everyone } = new SessionRegistry().read([this.#claudeDir]);
    return new Set(everyone.filter(one => one.process !== 'gone').map(({ sessionId }) => sessionId));
  }

  async project({ path: file }: PastSession): Promise<string | undefined> {
    return (await firstNews(file))?.cwd;
  }

  async *read({ sessionId, path: file }: PastSession): AsyncGenerator<EventDraft> {
    const fork = new ForkPoint();
    await scanTranscript(file, 0, fork);
    const first = await firstNews(file, fork.offset);
    if (!first) return;
    const { cwd, timestamp } = first;
    const startedBy = fork.offset > 0 ? 'fork' : 'found';
    const about = { startedBy, ...(cwd === undefined ? {} : { cwd }), transcriptPath: file };
    yield { type: 'session.discovered', timestamp, sessionId, source: SOURCE, data: told(about) };
    const stories = [
      new TranscriptStory(file, { sessionId, from: fork.offset, earliest: timestamp }),
      ...subagentsOf(file).map(({ agentId, path: place }) => {
        const { agentType } = readAgentMeta(place) ?? {};
        return new TranscriptStory(place, { sessionId, agentId, agentType, from: 0, earliest: timestamp });
      }),
    ];
    let last = timestamp;
    for await (const { draft } of byTime<Said>(stories.map(story => story.said()))) {
      last = Math.max(last, draft.timestamp);
      yield { ...draft, data: told(draft.data) };
    }
    const data = told({ reason: 'imported' });
    yield { type: 'session.removed', timestamp: last, sessionId, source: SOURCE, data };
  }
}

const told = (data: EventDraft['data']): EventDraft['data'] => ({ ...data, recovered: true });

const changeOf = ({ path: file }: ProjectTranscript): number => statOf(file)?.mtimeMs ?? 0;

/** With the sizes of all its transcripts; undefined when it is no file. */
function sized({ sessionId, path: file }: ProjectTranscript): PastSession | undefined {
  const main = statOf(file);
  if (!main?.isFile()) return undefined;
  let { size: bytes, mtimeMs: changedAt } = main;
  for (const subagent of subagentsOf(file)) {
    const stat = statOf(subagent.path);
    bytes += stat?.size ?? 0;
    changedAt = Math.max(changedAt, stat?.mtimeMs ?? 0);
  }
  return { sessionId, path: file, bytes, changedAt: Math.floor(changedAt) };
}

/** Whether nobody said anything in it: the client makes such files when it is opened and closed again. */
async function isEmpty({ path: file, bytes }: PastSession): Promise<boolean> {
  return bytes < MAY_BE_EMPTY && (await firstNews(file)) === undefined;
}

/** In an order that does not change from one look to the next. */
function subagentsOf(transcriptPath: string): AgentFile[] {
  const folder = new AgentFolder(path.join(transcriptPath.replace(/\.jsonl$/, ''), 'subagents'));
  return [...folder.files()].toSorted((a, b) => (a.place < b.place ? -1 : Number(a.place > b.place)));
}

async function firstNews(file: string, from = 0): Promise<FirstNews['news']> {
  const first = new FirstNews(0);
  await scanTranscript(file, from, first);
  return first.news;
}

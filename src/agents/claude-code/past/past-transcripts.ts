// The transcripts that Claude Code keeps of all sessions there ever were, to be read long after.
import path from 'node:path';
import { Stretch } from '../../../log/index.ts';
import type { EventDraft } from '../../../protocol/index.ts';
import { statOf } from '../../../regular-file.ts';
import type { Past, PastSession } from '../../agent.ts';
import { SOURCE } from '../hooks/translate.ts';
import { type AgentFile, AgentFolder } from '../transcript/agent-folder.ts';
import { readAgentMeta } from '../transcript/agent-meta.ts';
import { FirstNews, type News } from '../transcript/first-news.ts';
import { ForkPoint } from '../transcript/fork-point.ts';
import { projectFolders, transcriptsIn } from '../watch/projects.ts';
import { scanTranscript } from '../watch/scan-transcript.ts';
import { SessionRegistry } from '../watch/session-registry.ts';
import { byTime } from './by-time.ts';
import { type Said, TranscriptStory } from './transcript-story.ts';

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
    const found = new Map<string, string[]>();
    const stretch = new Stretch();
    for (const folder of projectFolders(this.#claudeDir)) {
      if (stretch.isOver) await stretch.next();
      for (const { sessionId, path: file } of transcriptsIn(folder)) {
        const known = found.get(sessionId);
        if (known) known.push(file);
        else found.set(sessionId, [file]);
      }
    }
    for (const [sessionId, files] of found) {
      if (stretch.isOver) await stretch.next();
      const session = sized(sessionId, files);
      if (session && !(await isEmpty(session))) yield session;
    }
  }

  open(): ReadonlySet<string> {
    const { everyone } = new SessionRegistry().read([this.#claudeDir]);
    return new Set(everyone.filter(one => one.process !== 'gone').map(({ sessionId }) => sessionId));
  }

  async project(session: PastSession): Promise<string | undefined> {
    for (const file of mainsOf(session)) {
      const news = await firstNews(file);
      if (news) return news.cwd;
    }
    return undefined;
  }

  async *read(session: PastSession): AsyncGenerator<EventDraft> {
    const { sessionId, path: file } = session;
    const first = await beginning(session);
    if (!first) return;
    const { cwd, timestamp } = first;
    const startedBy = first.from > 0 ? 'fork' : 'found';
    const about = { startedBy, ...(cwd === undefined ? {} : { cwd }), transcriptPath: file };
    yield { type: 'session.discovered', timestamp, sessionId, source: SOURCE, data: told(about) };
    const stories = [
      new TranscriptStory(first.files, { sessionId, from: first.from, earliest: timestamp }),
      ...subagentsOf(mainsOf(session)).map(([{ agentId, path: place }, ...more]) => {
        const { agentType } = readAgentMeta(place) ?? {};
        const files = [place, ...more.map(other => other.path)];
        return new TranscriptStory(files, { sessionId, agentId, agentType, from: 0, earliest: timestamp });
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

/**
 * A session's own transcripts, the oldest first. There is more than one when it went on in another folder and the first one stayed:
 * today's client takes it along.
 */
const mainsOf = ({ earlier, path: file }: PastSession): string[] => [...earlier, file];

/** With the sizes of all its transcripts; undefined when none of them is a file. */
function sized(sessionId: string, candidates: readonly string[]): PastSession | undefined {
  const mains = candidates
    .flatMap(file => {
      const stat = statOf(file);
      return stat?.isFile() ? [{ file, stat }] : [];
    })
    .toSorted((a, b) => a.stat.mtimeMs - b.stat.mtimeMs || (a.file < b.file ? -1 : 1));
  const last = mains.at(-1);
  if (!last) return undefined;
  const others = subagentsOf(mains.map(({ file }) => file)).flat();
  const stats = [
    ...mains.map(({ stat }) => stat),
    ...others.flatMap(({ path: place }) => statOf(place) ?? []),
  ];
  return {
    sessionId,
    path: last.file,
    earlier: mains.slice(0, -1).map(({ file }) => file),
    bytes: stats.reduce((sum, { size }) => sum + size, 0),
    changedAt: Math.floor(Math.max(...stats.map(({ mtimeMs }) => mtimeMs))),
  };
}

/** Whether nobody said anything in it: the client makes such files when it is opened and closed again. */
async function isEmpty(session: PastSession): Promise<boolean> {
  return session.bytes < MAY_BE_EMPTY && (await beginning(session)) === undefined;
}

interface Beginning {
  /** The session's own transcripts from there on. */
  readonly files: readonly string[];
  /** Where its own history begins in the first of them, in bytes; 0 when it is no fork. */
  readonly from: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly cwd: string | undefined;
}

/** The first that was said in it; undefined when nothing was. */
async function beginning(session: PastSession): Promise<Beginning | undefined> {
  const mains = mainsOf(session);
  for (const [index, file] of mains.entries()) {
    const fork = new ForkPoint();
    await scanTranscript(file, 0, fork);
    const news = await firstNews(file, fork.offset);
    if (news) return { ...news, files: mains.slice(index), from: fork.offset };
  }
  return undefined;
}

async function firstNews(file: string, from = 0): Promise<News | undefined> {
  const first = new FirstNews(0);
  await scanTranscript(file, from, first);
  return first.news;
}

/** Of each subagent the transcripts it has, in the order of the main ones; the subagents in one that does not change from one look to the next. */
function subagentsOf(mains: readonly string[]): [AgentFile, ...AgentFile[]][] {
  const found = new Map<string, [AgentFile, ...AgentFile[]]>();
  for (const main of mains) {
    const folder = new AgentFolder(path.join(main.replace(/\.jsonl$/, ''), 'subagents'));
    for (const file of folder.files()) {
      const known = found.get(file.place);
      if (known) known.push(file);
      else found.set(file.place, [file]);
    }
  }
  return [...found.values()].toSorted(([a], [b]) => (a.place < b.place ? -1 : Number(a.place > b.place)));
}

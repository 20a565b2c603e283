// An agent that there is none of, unlike Claude Code wherever others are: no ids of calls, hooks that say nothing, names of its own.
import { type Agent, InvalidPayloadError } from '../../src/agents/index.ts';
import { type EventDraft, hookTopic } from '../../src/protocol/index.ts';

interface Squawk {
  readonly parrot: string;
  readonly squawk: string;
  readonly [field: string]: unknown;
}

const isSquawk = (body: unknown): body is { parrot: unknown; squawk?: unknown } =>
  typeof body === 'object' && body !== null && 'parrot' in body;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const parrot: Agent<Squawk> = {
  source: 'parrot',
  claims: isSquawk,
  read(body) {
    if (!isSquawk(body) || text(body.parrot) === '' || text(body.squawk) === '')
      throw new InvalidPayloadError('This is no squawk: it says neither which parrot nor what.');
    return body as Squawk;
  },
  translate(payload, timestamp): EventDraft | undefined {
    const { parrot: sessionId, squawk } = payload;
    const base = { timestamp, sessionId, source: 'parrot' };
    const hook = { topic: hookTopic(squawk), payload };
    if (squawk === 'Silence') return undefined;
    if (squawk === 'Hatch')
      return { ...base, type: 'session.discovered', data: { startedBy: 'hatching' }, hook };
    if (squawk === 'Peck')
      return { ...base, type: 'tool.use', data: { toolName: text(payload['at']), toolUseId: '' }, hook };
    return { ...base, type: hook.topic, data: payload };
  },
  implied: {
    session: () => ({ startedBy: 'hook' }),
    toolUse: ({ at }) => ({ toolName: text(at), toolUseId: '' }),
    subagent: () => ({ agentType: '' }),
  },
};

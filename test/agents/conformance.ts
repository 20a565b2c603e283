// What every agent is held to. Its tests call this with bodies that it really posts.
import { describe, expect, it } from 'vitest';
import { type Agent, InvalidPayloadError } from '../../src/agents/index.ts';
import { EVENT_DATA, type EventDraft, isEventType } from '../../src/protocol/index.ts';
import { makeSanitizer } from '../../src/sanitize/index.ts';

export interface Conformance {
  readonly agent: Agent;
  /** Bodies of its own, as they were posted. */
  readonly bodies: readonly Readonly<Record<string, unknown>>[];
  /** Of those, what tells no event. Default: none. */
  readonly silent?: (body: Readonly<Record<string, unknown>>) => boolean;
  /** Bodies that it is asked to read and that say too little. */
  readonly refused: readonly unknown[];
}

const NOW = 1_795_189_012_798;
/** What a field may hold that should hold something else. */
const ODD: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  true,
  '',
  ' ',
  'x'.repeat(5000),
  [],
  [null],
  {},
  { a: [{}] },
];
const NOTHING: readonly unknown[] = [undefined, null, 0, false, '', 'text', [], {}, { hook: 1 }];

export function describeAgent({ agent, bodies, silent = () => false, refused }: Conformance): void {
  const sanitize = makeSanitizer();
  const told = (body: unknown): EventDraft | undefined => agent.translate(agent.read(body), NOW);
  const speaking = bodies.filter(body => !silent(body));

  describe(`the agent ${agent.source}`, () => {
    it('has a source that can stand in a log', () => {
      expect(agent.source).toMatch(/^[a-z][a-z0-9-]{1,31}$/);
    });

    it('claims its own bodies, and is asked about anything without a throw', () => {
      for (const body of bodies) expect(agent.claims(body)).toBe(true);
      for (const body of NOTHING) expect(typeof agent.claims(body)).toBe('boolean');
    });

    it('tells one event of each, with its own source, at the time it is given', () => {
      for (const body of speaking)
        expect(told(body)).toMatchObject({
          source: agent.source,
          timestamp: NOW,
          sessionId: expect.any(String),
        });
      for (const body of bodies.filter(silent)) expect(told(body)).toBeUndefined();
    });

    it('tells what the type of the event promises, or keeps the payload as it is under a topic of its own', () => {
      for (const body of speaking) {
        const { type, data, hook } = told(body) ?? expect.unreachable();
        if (isEventType(type)) expect(EVENT_DATA[type].safeParse(data).error, type).toBeUndefined();
        else expect(type).toMatch(/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/i);
        if (hook) expect(hook.topic).toMatch(/^hook\.[a-z0-9_]+$/);
      }
    });

    it('changes no body, and tells the same of the same', () => {
      for (const body of bodies) {
        const before = structuredClone(body);
        const once = told(freeze(structuredClone(body)));
        expect(told(body)).toEqual(once);
        expect(body).toEqual(before);
      }
    });

    it('tells the same whether a body was sanitized before it was read or after', () => {
      for (const body of speaking)
        expect(agent.translate(sanitize(agent.read(body)), NOW)).toEqual(told(sanitize(body)));
    });

    it('takes fields of any type: each is right, or absent, or refused', () => {
      for (const body of speaking) {
        for (const key of Object.keys(body)) {
          for (const odd of ODD) {
            const outcome = orRefused(() => told({ ...body, [key]: odd }));
            if (outcome === 'refused' || outcome === undefined || !isEventType(outcome.type)) continue;
            const { error } = EVENT_DATA[outcome.type].safeParse(outcome.data);
            expect(error, `${outcome.type} with ${key}: ${JSON.stringify(odd).slice(0, 40)}`).toBeUndefined();
          }
        }
      }
    });

    it('refuses what says too little, and quotes nothing of it', () => {
      for (const body of refused) {
        expect(() => agent.read(body), JSON.stringify(body)).toThrow(InvalidPayloadError);
        const secret = 'hunter2hunter2';
        const posted = typeof body === 'object' && body !== null ? { ...body, more: secret } : secret;
        expect(() => agent.read(posted)).toThrow(
          expect.not.objectContaining({ message: expect.stringContaining(secret) }),
        );
      }
    });

    it('implies what the types of the missed events promise, whatever the payload', () => {
      const types = {
        session: 'session.discovered',
        toolUse: 'tool.use',
        subagent: 'agent.started',
      } as const;
      const odd = ODD.map(value => ({ source: value, cwd: value, tool_name: value, agent_type: value }));
      for (const payload of [...bodies, ...odd, {}]) {
        for (const what of ['session', 'toolUse', 'subagent'] as const) {
          const { error } = EVENT_DATA[types[what]].safeParse(agent.implied[what](payload));
          expect(error, what).toBeUndefined();
        }
      }
    });

    it('opens a transcript that is not there as one without lines', () => {
      const transcript = agent.openTranscript?.('/nowhere/session.jsonl');
      transcript?.alsoAt('/nowhere/else.jsonl');
      expect(transcript?.read(1024) ?? []).toEqual([]);
    });
  });
}

function orRefused<T>(work: () => T): T | 'refused' {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidPayloadError);
    return 'refused';
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

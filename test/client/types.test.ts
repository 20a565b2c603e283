// What the compiler knows about an event by the pattern that asked for it. `tsc` is who checks this file.
import { expectTypeOf, it } from 'vitest';
import type {
  Client,
  connect as Connect,
  EventEnvelope,
  EventFor,
  EventOf,
  EventsOptions,
  HookEvent,
  HooklineEvent,
  Loss,
  Subscription,
  ViewItem,
} from '../../src/client/index.ts';

declare const client: Client;
declare const connect: typeof Connect;

/** Calls are checked, never run. */
function onlyTypes(_check: () => unknown): void {}

it('a literal pattern is one type of event', () => {
  expectTypeOf<EventFor<'tool.use'>>().toEqualTypeOf<EventOf<'tool.use'>>();
  expectTypeOf<EventFor<'tool.use'>['data']['toolName']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<EventFor<'tool.result'>['data']['success']>().toEqualTypeOf<boolean>();
});

it('a glob is the union of what it matches', () => {
  type Tool = EventOf<'tool.use'> | EventOf<'tool.result'> | EventOf<'tool.batch'>;
  expectTypeOf<EventFor<'tool.*'>>().toEqualTypeOf<Tool>();
  expectTypeOf<EventFor<'tool.**'>>().toEqualTypeOf<Tool>();
  expectTypeOf<EventFor<'tool.{use,result}'>>().toEqualTypeOf<EventOf<'tool.use'> | EventOf<'tool.result'>>();
  expectTypeOf<EventFor<'turn.{completed,failed}'>['type']>().toEqualTypeOf<
    'turn.completed' | 'turn.failed'
  >();
  expectTypeOf<EventFor<'context.compact*'>['type']>().toEqualTypeOf<
    'context.compacting' | 'context.compacted'
  >();
  expectTypeOf<EventFor<'*.started'>['type']>().toEqualTypeOf<'agent.started' | 'system.started'>();
});

it('everything is every event, and so is a pattern the compiler does not know', () => {
  expectTypeOf<EventFor<'**'>>().toEqualTypeOf<HooklineEvent>();
  expectTypeOf<EventFor<'*'>>().toEqualTypeOf<HooklineEvent>();
  expectTypeOf<EventFor<string>>().toEqualTypeOf<HooklineEvent>();
  expectTypeOf<EventFor<string[]>>().toEqualTypeOf<HooklineEvent>();
});

it('a hook is its payload', () => {
  expectTypeOf<EventFor<'hook.*'>>().toEqualTypeOf<HookEvent>();
  expectTypeOf<EventFor<'hook.pre_tool_use'>['type']>().toEqualTypeOf<'hook.pre_tool_use'>();
  expectTypeOf<EventFor<'hook.pre_tool_use'>['data']>().toEqualTypeOf<Record<string, unknown>>();
});

it('a topic of somebody else is an envelope', () => {
  expectTypeOf<EventFor<'deploy.done'>>().toEqualTypeOf<EventEnvelope>();
});

it('several patterns are the union of them', () => {
  expectTypeOf<EventFor<readonly ['tool.use', 'turn.completed']>>().toEqualTypeOf<
    EventOf<'tool.use'> | EventOf<'turn.completed'>
  >();
});

it('events, callbacks, replays and views carry it along, and narrow by type', () => {
  onlyTypes(async () => {
    expectTypeOf(client.events('tool.use')).toEqualTypeOf<Subscription<EventOf<'tool.use'>>>();
    expectTypeOf(client.events(['tool.use', 'tool.result'])).toEqualTypeOf<
      Subscription<EventOf<'tool.use'> | EventOf<'tool.result'>>
    >();
    expectTypeOf(client.replay('tool.use', { sessionId: 's' })).toEqualTypeOf<
      Subscription<EventOf<'tool.use'>>
    >();
    expectTypeOf(client.view()).toEqualTypeOf<Subscription<ViewItem<HooklineEvent>>>();
    client.on('turn.failed', event => expectTypeOf(event).toEqualTypeOf<EventOf<'turn.failed'>>());
    for await (const event of client.events('tool.*')) {
      if (event.type === 'tool.result') expectTypeOf(event.data.success).toEqualTypeOf<boolean>();
      // @ts-expect-error before it is narrowed, nobody knows of a `success`
      event.data.success;
      // @ts-expect-error no tool event has this type
      if (event.type === 'tool.nonsense') return;
    }
    for await (const { snapshot, event } of client.view('prompt.*')) {
      if (snapshot) expectTypeOf(event).toEqualTypeOf<undefined>();
      else expectTypeOf(event).toEqualTypeOf<EventFor<'prompt.*'>>();
    }
  });
});

it('a loss is among the events where it was asked for, and only there', () => {
  onlyTypes(async () => {
    expectTypeOf(client.events('tool.use', { onLoss: 'yield' })).toEqualTypeOf<
      Subscription<EventOf<'tool.use'> | Loss>
    >();
    expectTypeOf(client.events('tool.use', { onLoss: loss => loss.oldest })).toEqualTypeOf<
      Subscription<EventOf<'tool.use'>>
    >();
    client.on('tool.use', event => (event.type === 'loss' ? event.reason : event.data.toolName), {
      onLoss: 'yield',
    });
    client.events('tool.use', { onLoss: async () => {} });
    const unknown: EventsOptions = {};
    expectTypeOf(client.events('tool.use', unknown)).toEqualTypeOf<
      Subscription<EventOf<'tool.use'> | Loss>
    >();
    // @ts-expect-error the type of every consumer's events would be another one
    connect({ url: '', onLoss: 'yield' });
    // @ts-expect-error there is no such way
    client.events('tool.use', { onLoss: 'ignore' });
    // @ts-expect-error neither is there such a delivery
    client.events('tool.use', { delivery: 'exactly-once' });
  });
});

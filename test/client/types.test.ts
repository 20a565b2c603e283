// What the compiler knows about an event by the pattern that asked for it. `tsc` is who checks this file.
import { expectTypeOf, it } from 'vitest';
import type {
  CheckedTopic,
  Client,
  connect as Connect,
  EventEnvelope,
  EventFor,
  EventOf,
  EventsOptions,
  ForeignTopic,
  HookEvent,
  HooklineEvent,
  Loss,
  Message,
  MessageState,
  NewMessage,
  NoEventHasTheTopic,
  Sent,
  Subscription,
  TakenMessage,
  ViewItem,
} from '../../src/client/index.ts';
import type { NewMessageInput } from '../../src/protocol/index.ts';

declare const client: Client;
declare const connect: typeof Connect;

/** Calls are checked, never run. */
function onlyTypes(_check: () => unknown): void {}

it('a literal pattern is one type of event', () => {
  expectTypeOf<EventFor<'tool.use'>>().toEqualTypeOf<EventOf<'tool.use'>>();
  expectTypeOf<EventFor<'tool.use'>['data']['toolName']>().toEqualTypeOf<string>();
  expectTypeOf<EventFor<'tool.result'>['data']['success']>().toEqualTypeOf<boolean>();
});

it('what every event of a type has is not optional, what it may lack is', () => {
  type Data<T extends HooklineEvent['type']> = Extract<HooklineEvent, { type: T }>['data'];
  expectTypeOf<Data<'tool.use'>['toolUseId']>().toEqualTypeOf<string>();
  expectTypeOf<Data<'tool.result'>['toolName']>().toEqualTypeOf<string>();
  expectTypeOf<Data<'tool.result'>['durationMs']>().toEqualTypeOf<number | undefined>();
  expectTypeOf<Data<'tool.result'>['error']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Data<'tool.batch'>['toolUseIds']>().toEqualTypeOf<string[]>();
  expectTypeOf<Data<'prompt.submitted'>['prompt']>().toEqualTypeOf<string>();
  expectTypeOf<Data<'prompt.submitted'>['promptId']>().toEqualTypeOf<string | undefined>();
  expectTypeOf<Data<'turn.completed'>['lastMessage']>().toEqualTypeOf<string>();
  expectTypeOf<Data<'message.assistant'>['blocks']>().toEqualTypeOf<unknown[]>();
  expectTypeOf<Data<'permission.requested'>['toolName']>().toEqualTypeOf<string>();
  expectTypeOf<Data<'agent.started'>['agentType']>().toEqualTypeOf<string>();
  expectTypeOf<Data<'session.removed'>['reason']>().toEqualTypeOf<string>();
  expectTypeOf<Data<'session.updated'>['status']>().toEqualTypeOf<string | undefined>();
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
  expectTypeOf<EventFor<'**.tool.**'>>().toEqualTypeOf<Tool>();
  expectTypeOf<EventFor<'tool.**.use'>>().toEqualTypeOf<EventOf<'tool.use'>>();
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
  expectTypeOf<EventFor<ForeignTopic>>().toEqualTypeOf<EventEnvelope>();
  expectTypeOf<EventFor<'tool.use' | ForeignTopic>>().toEqualTypeOf<EventOf<'tool.use'> | EventEnvelope>();
});

it('a mistyped topic does not compile, alone, among others, in a glob or in braces', () => {
  expectTypeOf<CheckedTopic<'tool.ues'>>().toEqualTypeOf<NoEventHasTheTopic<'tool.ues'>>();
  expectTypeOf<CheckedTopic<'turn.failed' | 'turn.faild'>>().toEqualTypeOf<
    NoEventHasTheTopic<'turn.faild'>
  >();
  expectTypeOf<CheckedTopic<'{agent,sesion}.*'>>().toEqualTypeOf<NoEventHasTheTopic<'sesion.*'>>();
  onlyTypes(() => {
    // @ts-expect-error no event is called so
    client.events('tool.ues');
    // @ts-expect-error nor among others
    client.events(['tool.use', 'tool.ues']);
    const topics = ['tool.use', 'sesion.*'] as const;
    // @ts-expect-error nor in a list that is known
    client.events(topics);
    // @ts-expect-error nor begins one so
    client.on('tol.*', () => {});
    // @ts-expect-error one alternative does
    client.on('{agent,sesion}.*', () => {}, { from: 'oldest' });
    // @ts-expect-error a star is within one segment, and every event has two
    client.view('tool*');
    // @ts-expect-error
    client.view('tool');
    // @ts-expect-error
    client.replay('tool.use.*', { sessionId: 's' });
    // @ts-expect-error somebody else's has to be called that
    client.replay('deploy.done');
  });
});

it('what may be meant compiles: globs, hooks, topics of others, and what only the program will know', () => {
  onlyTypes(() => {
    client.events('**.use');
    client.events('*.pre_tool_use');
    client.events('hook.brand_new_event2027');
    client.events(['hook.pre_*', '{hook,tool}.*', 'tool.**', '*']);
    expectTypeOf(client.events('deploy.done' as ForeignTopic)).toEqualTypeOf<Subscription<EventEnvelope>>();
    const name = String(Math.random());
    expectTypeOf(client.events(name)).toEqualTypeOf<Subscription<HooklineEvent>>();
    expectTypeOf(client.events(`tool.${name}`)).toEqualTypeOf<Subscription<EventFor<'tool.*'>>>();
    expectTypeOf(client.events(`hook.${name}`)).toEqualTypeOf<Subscription<HookEvent>>();
    expectTypeOf(client.events(['tool.use', name])).toEqualTypeOf<Subscription<HooklineEvent>>();
  });
});

it('lists of topics are typed whatever they are known as', () => {
  onlyTypes(() => {
    type Both = EventOf<'tool.use'> | EventOf<'turn.failed'>;
    const fixed = ['tool.use', 'turn.failed'] as const;
    const some: ('tool.use' | 'turn.failed')[] = [...fixed];
    const any: string[] = [...fixed];
    const readonly: readonly string[] = fixed;
    expectTypeOf(client.events(fixed)).toEqualTypeOf<Subscription<Both>>();
    expectTypeOf(client.events(some)).toEqualTypeOf<Subscription<Both>>();
    expectTypeOf(client.replay(fixed, { sessionId: 's' })).toEqualTypeOf<Subscription<Both>>();
    expectTypeOf(client.view(fixed)).toEqualTypeOf<Subscription<ViewItem<Both>>>();
    expectTypeOf(client.view(['tool.use', 'turn.failed'])).toEqualTypeOf<Subscription<ViewItem<Both>>>();
    client.on(fixed, event => expectTypeOf(event).toEqualTypeOf<Both>());
    client.on(['tool.use', 'turn.failed'], event => expectTypeOf(event).toEqualTypeOf<Both>());
    expectTypeOf(client.events(any)).toEqualTypeOf<Subscription<HooklineEvent>>();
    expectTypeOf(client.view(readonly)).toEqualTypeOf<Subscription<ViewItem<HooklineEvent>>>();
    client.on(any, event => expectTypeOf(event).toEqualTypeOf<HooklineEvent>());
  });
});

it('a function may hand its topics on', () => {
  const watch = <const T extends string>(topic: T & CheckedTopic<T>): Subscription<EventFor<T>> =>
    client.events<T>(topic);
  onlyTypes(() => {
    expectTypeOf(watch('tool.use')).toEqualTypeOf<Subscription<EventOf<'tool.use'>>>();
    // @ts-expect-error no event is called so
    watch('tool.ues');
  });
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

it('what is sent is a text, or a type and a payload; what else there is of a message is known, and nothing more', () => {
  expectTypeOf<NewMessage>().toExtend<NewMessageInput>();
  onlyTypes(async () => {
    expectTypeOf(
      client.send({ to: 'a', message: 'x', files: ['/a'], ttlMs: 1000 }),
    ).resolves.toEqualTypeOf<Sent>();
    client.send({ to: 'a', type: 'build', payload: { green: true }, priority: 'high', metadata: { a: 'b' } });
    const parts = { to: 'a', message: 'x' };
    client.send(parts, { timeoutMs: 1 });
    // @ts-expect-error to nobody
    client.send({ message: 'x' });
    // @ts-expect-error nothing in it
    client.send({ to: 'a' });
    // @ts-expect-error both
    client.send({ to: 'a', message: 'x', type: 'build', payload: 1 });
    // @ts-expect-error a type of nothing
    client.send({ to: 'a', type: 'build' });
    // @ts-expect-error mistyped
    client.send({ to: 'a', mesage: 'x' });
    // @ts-expect-error no such priority
    client.send({ to: 'a', message: 'x', priority: 'urgent' });
    // @ts-expect-error no such state
    client.message('id', { wait: 'arrived' });
    // @ts-expect-error no such filter
    client.messages({ sender: 'ci' });
    // @ts-expect-error no such option
    client.inbox('a', { lease: 1 });
    expectTypeOf(client.message('id', { wait: 'delivered' })).resolves.toEqualTypeOf<Message>();
    expectTypeOf<Message['state']>().toEqualTypeOf<MessageState>();
    for await (const one of client.inbox('a', { max: 2, leaseMs: 1000 })) {
      expectTypeOf(one).toEqualTypeOf<TakenMessage>();
      expectTypeOf(one.message.message).toEqualTypeOf<string | undefined>();
      expectTypeOf(one.ack()).toEqualTypeOf<Promise<void>>();
      // @ts-expect-error a reason is a text
      one.nack(7);
    }
  });
});

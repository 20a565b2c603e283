// A Messages API on loopback that plays scenarios to the real client, so that a session needs no account and no network.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { asEvents, asMessage, type IssuedCall } from './messages.ts';
import { type Scenario, type Step, scenarios as shared, type Usage } from './scenarios.ts';

interface Block {
  type: string;
  text?: string;
}
interface Message {
  role: 'user' | 'assistant';
  content: string | readonly Block[];
}
interface MessagesRequest {
  model?: string;
  stream?: boolean;
  messages?: readonly Message[];
  tools?: readonly unknown[];
}

export interface ApiRequest {
  /** `METHOD /path`. */
  what: string;
  /** When it came, by `performance.now()`: the time between two of a chain is what a tool call took. */
  at: number;
  /** What was posted. */
  text: string;
}

export interface FakeApi {
  /** What ANTHROPIC_BASE_URL has to be. */
  readonly url: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly ApiRequest[];
  /** Every tool call the model asked for so far: what a complete stream has to tell of. */
  readonly toolCalls: readonly IssuedCall[];
  /** The tokens of every answer so far. */
  readonly spent: readonly Usage[];
  /** The newest request of a turn, whole, as JSON: what the model is told and offered. */
  readonly newest: string;
  close(): Promise<void>;
}

/** A message of a conversation, and the words in it. */
export interface Spoken {
  readonly role: Message['role'];
  readonly text: string;
}

export interface FakeApiOptions {
  /** Says what comes next in place of scenarios, for sessions whose prompts are to look like anybody's. */
  script?: ((conversation: readonly Spoken[]) => Step) | undefined;
  /** Scenarios besides the shared ones; the same name wins over a shared one. */
  scenarios?: Readonly<Record<string, Scenario>>;
  /** Replaces `{project}` in tool inputs. */
  project?: string;
}

const texts = (message: Message): string =>
  typeof message.content === 'string'
    ? message.content
    : message.content.map(block => (block.type === 'text' ? (block.text ?? '') : '')).join('\n');

/**
 * The step that comes next: the newest `RUN:` marker names the scenario, the answers given since are its position.
 * What a scenario does not foresee (a subagent's end that wakes the session, say) is noted and no more.
 */
export function nextStep(messages: readonly Message[], all: Readonly<Record<string, Scenario>>): Step {
  const from = messages.findLastIndex(
    message => message.role === 'user' && /RUN:[\w-]+/.test(texts(message)),
  );
  const prompt = messages[from];
  if (!prompt) return { text: 'Hello.' };
  const name = /RUN:([\w-]+)(?![\s\S]*RUN:)/.exec(texts(prompt))?.[1] ?? '';
  const scenario = all[name];
  if (!scenario) return { text: `There is no scenario "${name}".` };
  const given = messages.slice(from).filter(message => message.role === 'assistant').length;
  return scenario[given] ?? { text: 'Noted.' };
}

const spoken = (messages: readonly Message[]): Spoken[] =>
  messages.map(message => ({ role: message.role, text: texts(message) }));

async function readText(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Starts it on a free port of 127.0.0.1. */
export async function startFakeApi(options: FakeApiOptions = {}): Promise<FakeApi> {
  const requests: ApiRequest[] = [];
  const toolCalls: IssuedCall[] = [];
  const spent: Usage[] = [];
  let newest = '';

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const asked: ApiRequest = { what: `${request.method} ${path}`, at: performance.now(), text: '' };
    requests.push(asked);
    const text = await readText(request);
    asked.text = text;
    const body: MessagesRequest = text === '' ? {} : JSON.parse(text);
    // The client writes it into its transcript.
    response.setHeader('request-id', `req_${randomBytes(8).toString('hex')}`);
    const json = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (path.endsWith('/count_tokens')) return json({ input_tokens: 100 });
    if (!path.endsWith('/messages'))
      return request.method === 'HEAD' ? void response.writeHead(200).end() : json({});
    // Without tools it is no turn of the session: the client wants a title for it.
    if (body.tools?.length) newest = text;
    const step: Step = body.tools?.length
      ? (options.script?.(spoken(body.messages ?? [])) ??
        nextStep(body.messages ?? [], { ...shared, ...options.scenarios }))
      : { text: '{"title":"A scripted session"}' };
    if (step.delayMs) await delay(step.delayMs);
    const message = asMessage(body.model ?? 'claude-opus-5-5', step, options.project ?? '/project');
    toolCalls.push(...message.content.filter(block => block.type === 'tool_use'));
    spent.push(message.usage);
    if (!body.stream) return json(message);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of asEvents(message))
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400);
      response.end(String(error));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    toolCalls,
    spent,
    get newest() {
      return newest;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

// An HTTP server that writes down every hook call it gets, and can misbehave like a daemon in trouble.
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HookCall {
  event: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
}

export interface Recorder {
  readonly url: string;
  readonly calls: readonly HookCall[];
  close(): Promise<void>;
}

/** `accept` answers 202, `fail` answers 500, `hang` takes the call and never answers. */
export async function startRecorder(mode: 'accept' | 'fail' | 'hang' = 'accept'): Promise<Recorder> {
  const calls: HookCall[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    calls.push({
      event: String(body['hook_event_name']),
      authorization: request.headers.authorization,
      body,
    });
    if (mode === 'hang') return;
    response.writeHead(mode === 'fail' ? 500 : 202, { 'content-type': 'application/json' });
    response.end(
      mode === 'fail' ? '{"error":{"code":"internal","message":"broken"}}' : '{"status":"accepted"}',
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

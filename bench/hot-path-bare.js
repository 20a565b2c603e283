// The control: what plain node:http and ws cost for the same work, parsed and passed on, without anything that hookline adds.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
let seq = 0;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', chunk => chunks.push(chunk));
  request.on('end', () => {
    const payload = JSON.parse(Buffer.concat(chunks).toString());
    const text = JSON.stringify({
      type: 'hook',
      timestamp: Date.now(),
      sessionId: payload.session_id,
      source: 'bare',
      seq: ++seq,
      data: payload,
    });
    for (const client of wss.clients) client.send(text);
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"accepted"}');
  });
});
server.on('upgrade', (request, socket, head) => {
  wss.handleUpgrade(request, socket, head, client => client.send('{"type":"snapshot"}'));
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('disconnect', () => process.exit());

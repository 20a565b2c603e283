// A process full of clients, for the restart storm: each reads everything and reports what it got. Run by storm.ts.
import { createHash } from 'node:crypto';
import WebSocket from 'ws';
import { connect } from '../../dist/client/index.js';

const [url, token, count] = process.argv.slice(2);
let head = Number.POSITIVE_INFINITY;

const readers = Array.from({ length: Number(count) }, (_, index) => {
  const client = connect({ url, token, WebSocket });
  const from = index % 2 === 0 ? 'oldest' : 'now';
  const reader = { from, begun: -1, last: -1, wrong: '', reconnects: 0, hash: createHash('sha256'), client };
  const events = client.events('**', { from });
  events.ready.then(({ seq }) => {
    reader.begun = seq;
    reader.last = Math.max(reader.last, seq);
    process.send({ standing: index });
  });
  const read = async () => {
    for await (const event of events) {
      if (event.seq !== reader.last + 1) reader.wrong ||= `${event.seq} came after ${reader.last}`;
      reader.last = event.seq;
      reader.hash.update(JSON.stringify(event));
      if (event.seq >= head) break;
    }
  };
  return {
    reader,
    done: read().catch(error => {
      reader.wrong ||= String(error);
    }),
    events,
  };
});

process.on('message', async message => {
  head = message.head;
  // Whoever has the head already would wait for an event that never comes.
  for (const { reader, events } of readers) if (reader.last >= head) events.close();
  await Promise.all(readers.map(({ done }) => done));
  const report = readers.map(({ reader: { from, begun, last, wrong, hash } }) => ({
    from,
    begun,
    last,
    wrong,
    hash: hash.digest('hex'),
  }));
  for (const { reader } of readers) reader.client.close();
  process.send({ report }, () => process.disconnect());
});

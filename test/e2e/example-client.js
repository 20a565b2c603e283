// A client as a newcomer writes it: the browser's WebSocket, no library. The test runs this file as it stands.
const url = globalThis.HOOKLINE_URL ?? 'ws://127.0.0.1:3838/ws?token=YOUR_TOKEN';
let lastSeq = -1;

function connect() {
  const ws = new WebSocket(url);

  ws.onopen = () => {
    ws.send(JSON.stringify({ type: 'subscribe', topics: ['tool.*', 'session.*'] }));
    if (lastSeq >= 0) ws.send(JSON.stringify({ type: 'replay', lastSeq }));
  };

  ws.onmessage = event => {
    const msg = JSON.parse(event.data);
    if (msg.seq != null) lastSeq = msg.seq;
    if (msg.type === 'snapshot') console.log(`${msg.sessions.length} sessions`);
    if (msg.type === 'session.discovered') console.log(`session ${msg.sessionId}`);
    if (msg.type === 'tool.use') console.log(`using ${msg.data.toolName}`);
  };

  ws.onclose = () => setTimeout(connect, 200);
}

connect();

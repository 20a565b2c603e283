// The door of relays: events on stdout for whoever runs one, pushes over WebSocket for those outside.
export { type KeyOptions, Keys } from './keys.ts';
export { type LineOptions, lineOf } from './line.ts';
export { Pace, type PaceOptions } from './pace.ts';
export { type PrinterOptions, printEvents } from './printer.ts';
export { RelayRefusal } from './refusal.ts';
export { pushText } from './routes.ts';
export { RelayServer, type RelayServerOptions } from './server.ts';

// The one source of truth for server, client, AsyncAPI document and docs.
export * from './client-messages.ts';
export * from './codes.ts';
export * from './envelope.ts';
export * from './essentials.ts';
export * from './event-examples.ts';
export * from './events.ts';
export * from './hits.ts';
export * from './limits.ts';
export * from './messages.ts';
export * from './search-terms.ts';
export * from './server-messages.ts';
export * from './state.ts';
export * from './summary.ts';
export * from './timestamp.ts';
export * from './topic-pattern.ts';
export * from './topics.ts';
export * from './usage.ts';

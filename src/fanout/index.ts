// The door of the fan-out.
export { Consumer, type ConsumerOptions, type SavedPosition } from './consumer.ts';
export { Feed, type ReplayResult, type Resumed, type Sink } from './feed.ts';
export { Pump, type PumpOptions } from './pump.ts';
export { type Delivery, Selection, type Topics } from './selection.ts';
export { Subscription, TooManyTopicsError } from './subscription.ts';
export { type TopicSearch, topicFilter } from './topic-filter.ts';

// The door of the fan-out.
export { type Delivery, Feed, type ReplayResult, type Resumed, type Sink } from './feed.ts';
export { compileTopic, type TopicMatcher } from './matcher.ts';
export { Pump, type Schedule } from './pump.ts';
export { Subscription, TooManyTopicsError } from './subscription.ts';
export { type TopicSearch, topicFilter } from './topic-filter.ts';

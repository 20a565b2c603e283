// The door of the projections.

export { ActivityReport, type Wanted } from './activity/report.ts';
export { ACTIVITY } from './activity/tally.ts';
export type { KnownAlert } from './alerts/known-alerts.ts';
export type { Crossing } from './alerts/troubles.ts';
export type { WatchedSession } from './alerts/watched.ts';
export { weekdayOf } from './calendar.ts';
export { type AskedRequest, type LivingSession, Projection } from './projection.ts';
export type { Budget } from './usage/budgets.ts';
export type { Range } from './usage/days.ts';
export { type ListedModel, NO_PRICES, type Price, PriceList } from './usage/price-list.ts';

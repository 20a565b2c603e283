// The door of alerts: rules over what the state knows, and those who are told.
export { Alerts, type AlertsOptions, type Tried } from './alerts.ts';
export type { Bulletin, Courier } from './deliver/courier.ts';
export { couriersOf } from './deliver/couriers.ts';
export { NoAlertError } from './errors.ts';
export { NoPushServiceError, Push } from './push/push.ts';
export { PushSubscription } from './push/subscriptions.ts';

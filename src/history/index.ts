// The door of the history: sessions from before hookline, taken in beside everything else.
export { History, HistoryBusyError } from './history.ts';

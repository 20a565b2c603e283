// The door of rooms: where people and programs read what is sent to a room, and write to the session behind it.
export { RoomError } from './errors.ts';
export {
  type ClientFrame,
  type ErrorFrame,
  errorFrame,
  ROOM_FRAME_BYTES,
  readFrame,
  type ServerFrame,
} from './frames.ts';
export { VIA as VIA_ROOM } from './inbox-event.ts';
export type { Member, MemberOptions, Wire } from './member.ts';
export { type RoomPlace, Rooms, type RoomsOptions } from './rooms.ts';

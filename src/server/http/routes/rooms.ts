// The route beside the WebSocket of rooms: what somebody is answered who asks there in plain HTTP.
import type { Rooms } from '../../../channel/index.ts';
import type { App } from './routes.ts';

export interface RoomRoutesOptions {
  readonly rooms: Rooms;
}

export function addRoomRoutes(app: App, { rooms }: RoomRoutesOptions): void {
  app.get('/channel', c => c.json({ status: 'ok', sessions: rooms.size }));
}

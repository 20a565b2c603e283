// The inbox: what is stuck, for whom what waits, and every message there was; or one of them, whole.
import type { App, Shown } from '../shell/app.ts';
import type { Route } from '../shell/route.ts';
import { showLetter } from './letter.ts';
import { showOverview } from './overview.ts';

export const show = (root: HTMLElement, route: Route, app: App): Shown =>
  route.id === '' ? showOverview(root, route, app) : showLetter(root, route, app);

// Has this browser told of alerts while no page is open, where rules say `push`: its own push service brings them.
import { ask } from '../live/api.ts';
import { may } from '../live/may.ts';

const WORKER = '/assets/public/alerts/worker.js';

/** Whether there is anything to subscribe to, and a browser that can. */
async function isWanted(): Promise<boolean> {
  if (!may('control') || !('serviceWorker' in navigator) || !('PushManager' in globalThis)) return false;
  const { targets } = await ask<{ targets: readonly string[] }>('GET', '/api/alerts');
  return targets.includes('push');
}

/** @throws ApiError, or what the browser says why not */
export async function subscribe(): Promise<void> {
  if (!(await isWanted())) return;
  const { publicKey } = await ask<{ publicKey: string }>('GET', '/api/alerts/push');
  const registration = await navigator.serviceWorker.register(WORKER);
  await active(registration);
  const { pushManager } = registration;
  const wanted = { userVisibleOnly: true, applicationServerKey: publicKey };
  const subscription = await pushManager.subscribe(wanted).catch(async error => {
    // Of another daemon at this address, whose key is another one.
    const old = await pushManager.getSubscription();
    if (old === null) throw error;
    await old.unsubscribe();
    return pushManager.subscribe(wanted);
  });
  await ask('POST', '/api/alerts/push', { body: subscription.toJSON() });
}

/** @throws as `subscribe` does */
export async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(WORKER);
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return;
  await subscription.unsubscribe();
  await ask('DELETE', '/api/alerts/push', { body: { endpoint: subscription.endpoint } });
}

/** A worker that has just been put in place takes a moment. */
function active({ active, installing, waiting }: ServiceWorkerRegistration): Promise<void> {
  const coming = installing ?? waiting;
  if (active !== null || coming === null) return Promise.resolve();
  return new Promise(resolve => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve();
    });
  });
}

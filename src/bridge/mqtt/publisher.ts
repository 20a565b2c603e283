// Publishes with QoS 1 and tells what the broker said of it: that it has it, that nobody wants it, or why it refused.
import type { IClientPublishOptions, IConnackPacket, MqttClient } from 'mqtt';
import { NotCarriedError } from '../../inbox/index.ts';
import { Window } from './window.ts';

/** What a broker takes at a time when it says nothing, and we do not send more either. */
const MOST_UNDER_WAY = 100;
/** Room for what stands in a packet beside topic and body, in bytes. */
const BESIDE = 4096;
/** PUBACK of a broker that has it, and knows nobody to give it to or to keep it for (MQTT 5, 3.4.2.1). */
const NO_MATCHING_SUBSCRIBERS = 0x10;

export class Publisher {
  readonly #client: MqttClient;
  /** What ends those that are not confirmed yet. */
  readonly #underWay = new Set<(reason: Error) => void>();
  /** Packets that nobody wants; told before they are confirmed. */
  readonly #unwanted = new Set<number>();
  #window = new Window(1);
  #mostBytes = Number.POSITIVE_INFINITY;
  #lost: string | undefined;

  constructor(client: MqttClient, lost: Promise<string>) {
    this.#client = client;
    // The library says nothing of it to those who published.
    client.on('packetreceive', packet => {
      if (packet.cmd !== 'puback' || packet.reasonCode !== NO_MATCHING_SUBSCRIBERS) return;
      this.#unwanted.add(packet.messageId ?? 0);
    });
    void lost.then(reason => {
      this.#lost = reason;
      for (const end of this.#underWay) end(new Error(reason));
    });
  }

  /** Keeps to what the broker said it takes. */
  limit({ properties }: IConnackPacket): void {
    this.#window = new Window(Math.min(MOST_UNDER_WAY, properties?.receiveMaximum ?? MOST_UNDER_WAY));
    this.#mostBytes = properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY;
  }

  /**
   * In the order of the calls.
   *
   * @returns once the broker has confirmed it: whether somebody is subscribed, as far as the broker tells
   * @throws NotCarriedError for what is larger than the broker takes, what the broker refuses, or why it is not known what became of it
   */
  publish(topic: string, body: string, options: IClientPublishOptions = {}): Promise<boolean> {
    if (Buffer.byteLength(topic) + Buffer.byteLength(body) + BESIDE > this.#mostBytes) {
      const most = `the broker takes packets of at most ${this.#mostBytes} bytes`;
      return Promise.reject(new NotCarriedError(`${topic}: ${most}, and this one is larger`));
    }
    return this.#window.run(() => this.#publish(topic, body, options));
  }

  #publish(topic: string, body: string, options: IClientPublishOptions): Promise<boolean> {
    if (this.#lost !== undefined) return Promise.reject(new Error(this.#lost));
    return new Promise((resolve, reject) => {
      this.#underWay.add(reject);
      this.#client.publish(topic, body, { ...options, qos: 1 }, (error, packet) => {
        this.#underWay.delete(reject);
        const isUnwanted = this.#unwanted.delete((packet as { messageId?: number })?.messageId ?? 0);
        if (error) reject(new Error(`the broker did not take ${topic}: ${error.message}`, { cause: error }));
        else resolve(!isUnwanted);
      });
    });
  }
}

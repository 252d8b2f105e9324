import type { ShopDomain } from '../../../kernel/shop-domain.js';

export const TASK_KINDS = ['transport_failed', 'transport_cancelled', 'order_was_cancelled'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];
export const TASK_STATES = ['open', 'resolved'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** Something about a shipment that somebody of the shop has to see to. */
export interface Task {
  id: string;
  shop: ShopDomain;
  kind: TaskKind;
  state: TaskState;
  /** Also the id of the transport order. */
  shipmentId: string;
  orderId: string;
  /** What the carrier or client said. */
  note: string;
  openedAt: Date;
  resolvedAt: Date | null;
  resolvedBy: string | null;
  /** What was done about it. */
  resolution: string;
}

import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors.js';
import type { Principal } from '../../../platform/http/access.js';
import { RateLimiter } from '../../../platform/limits/rate-limiter.js';
import { assertSide, mayRead, MOVING, type TransportRoute } from '../../transport-orders/index.js';
import { EventLog } from '../events/event-log.js';
import { EventNews } from '../events/event-news.js';
import type { NewTrackingEvent, ReportedPosition, TrackingEvent } from '../events/tracking-event.js';
import { TrackingEventsRepository } from '../events/tracking-events.repository.js';
import { OrderRoutes } from './order-routes.js';
import { assertLater, assertPosition } from './position-rules.js';
import { progressAt } from './progress.js';
import { Whereabouts } from './whereabouts.js';

/** Of one order: two a second on average is more than any map shows. */
const QUOTA = { limit: 120, windowMs: 60_000 };
/** The track that is kept has a position every so often. */
const KEPT_EVERY_MS = 15_000;

/** Where orders are: told by their carrier, read by whoever may see the order. */
@Injectable()
export class PositionsService {
  constructor(
    private readonly routes: OrderRoutes,
    private readonly log: EventLog,
    private readonly news: EventNews,
    private readonly whereabouts: Whereabouts,
    private readonly events: TrackingEventsRepository,
    private readonly limiter: RateLimiter,
  ) {}

  /**
   * Takes one position. The same one again is the event it was.
   * @throws AppError `transport_order_not_found`, `organisation_forbidden` unless the caller is its carrier,
   * `invalid_transition` unless it moves, `validation_failed`, `rate_limited`
   */
  async report(principal: Principal, id: string, position: ReportedPosition): Promise<TrackingEvent> {
    const route = await this.routeFor(principal, id);
    assertPosition(position, route.stops, new Date());
    const { allowed, retryMs } = await this.limiter.take(`positions:${id}`, QUOTA);
    if (!allowed) {
      const detail = `At most ${QUOTA.limit} positions of an order in ${QUOTA.windowMs / 1000} s.`;
      throw new AppError('rate_limited', detail, { retryAfterSeconds: Math.ceil(retryMs / 1000) });
    }
    let same: TrackingEvent | undefined;
    try {
      const event = await this.log.append({ order: id, clientId: route.clientId }, (latest) => {
        same = latest && isSame(latest.position, position) ? latest : undefined;
        assertLater(position.at, latest?.position);
        return positionEvent(route, latest, position);
      });
      this.news.tell(event);
      if (event.kept) this.whereabouts.note(event);
      return event;
    } catch (error) {
      if (same) return same;
      throw error;
    }
  }

  /** Takes positions one after another, oldest first. @throws as `report`; those before the refused one are taken */
  async reportAll(
    principal: Principal,
    id: string,
    positions: readonly ReportedPosition[],
  ): Promise<TrackingEvent> {
    let last: TrackingEvent | undefined;
    for (const position of positions) last = await this.report(principal, id, position);
    if (!last) throw new Error('No position was given.');
    return last;
  }

  /** The kept track, latest first. @throws AppError `transport_order_not_found`, also for an order of others */
  async track(
    principal: Principal,
    id: string,
    before: number | undefined,
    limit: number,
  ): Promise<TrackingEvent[]> {
    const route = await this.routes.now(id);
    if (!route || !mayRead(principal, route)) throw notFound(id);
    return this.events.track({ order: id, clientId: route.clientId }, before, limit);
  }

  /** A refusal is never by what is only remembered. */
  private async routeFor(principal: Principal, id: string): Promise<TransportRoute> {
    const remembered = await this.routes.recent(id);
    if (remembered && isTaken(principal, remembered)) return remembered;
    const route = await this.routes.now(id);
    if (!route || !mayRead(principal, route)) throw notFound(id);
    assertSide(principal, route, 'carrier');
    if (!moves(route)) {
      const detail = `Positions are taken while the order is ${MOVING.join(' or ')}; it is ${route.status}.`;
      throw new AppError('invalid_transition', detail);
    }
    return route;
  }
}

function isTaken(principal: Principal, route: TransportRoute): boolean {
  try {
    assertSide(principal, route, 'carrier');
    return moves(route);
  } catch {
    return false;
  }
}

function moves({ status, carrierId }: TransportRoute): boolean {
  return carrierId !== null && MOVING.some((moving) => moving === status);
}

function isSame(one: ReportedPosition | null, other: ReportedPosition): boolean {
  return one?.at.getTime() === other.at.getTime() && String(one.coordinates) === String(other.coordinates);
}

function notFound(id: string): AppError {
  return new AppError('transport_order_not_found', `There is no transport order "${id}".`);
}

function positionEvent(
  { stops, status, carrierId }: TransportRoute,
  latest: TrackingEvent | null,
  position: ReportedPosition,
): NewTrackingEvent {
  const before =
    latest?.position && latest.progress ? { position: latest.position, progress: latest.progress } : null;
  const keptAt = latest?.keptAt ?? null;
  const kept = keptAt === null || position.at.getTime() - keptAt.getTime() >= KEPT_EVERY_MS;
  return {
    kind: 'position',
    at: position.at,
    note: '',
    // what is laid down in the log is later than what is remembered of the order
    ...(latest ? { status: latest.status, carrierId: latest.carrierId } : { status, carrierId }),
    ...{ position, progress: progressAt(stops, before, position) },
    ...{ kept, keptAt: kept ? position.at : keptAt },
  };
}

import { Module } from '@nestjs/common';
import { AccessGuard, IdentifyGuard } from '../identity/index.js';
import { LimitGuard, LimitsModule } from '../limits/index.js';
import { TransportOrdersModule } from '../transport-orders/index.js';
import { DeadLettersPageController } from './jobs/dead-letters-page.controller.js';
import { JobsPageController } from './jobs/jobs-page.controller.js';
import { SchedulesPageController } from './jobs/schedules-page.controller.js';
import { AdminLoginController } from './login/login.controller.js';
import { AdminAssetsController } from './page/assets.controller.js';
import { PageCookies } from './page/page-cookies.js';
import { PageFilter } from './page/page.filter.js';
import { QueueBoard } from './queues/queue-board.js';
import { TrackingPageController } from './tracking/tracking-page.controller.js';

/** The operators' pages. What they show and do is the work of the services behind `/api/admin`. */
@Module({
  imports: [LimitsModule, TransportOrdersModule],
  controllers: [
    AdminLoginController,
    AdminAssetsController,
    JobsPageController,
    SchedulesPageController,
    DeadLettersPageController,
    TrackingPageController,
  ],
  // the gates of every route, for what is no controller: the board
  providers: [PageCookies, PageFilter, QueueBoard, IdentifyGuard, LimitGuard, AccessGuard],
})
export class AdminModule {}

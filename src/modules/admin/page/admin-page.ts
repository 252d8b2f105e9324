import { applyDecorators, UseFilters, UseGuards, UseInterceptors } from '@nestjs/common';
import { OperatorPage } from '../../../platform/http/access.js';
import { FormGuard } from './form.guard.js';
import { PageFilter } from './page.filter.js';
import { PageInterceptor } from './page.interceptor.js';

/** What every page behind the login is: for operators only, its forms shown to be its own, faults told as pages. */
export const AdminPage = (): ClassDecorator =>
  applyDecorators(
    OperatorPage(),
    UseGuards(FormGuard),
    UseInterceptors(PageInterceptor),
    UseFilters(PageFilter),
  );

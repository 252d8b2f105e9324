import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ShopDomain } from '../../../kernel/shop-domain.js';
import { RequireScope, Tenant } from '../../../platform/http/access.js';
import { ApiProblem } from '../../../platform/http/openapi.js';
import { ListTasksQuery, ResolveTaskDto, TaskDto, TaskListDto, toTaskDto } from './tasks.dto.js';
import { TasksService } from './tasks.service.js';

@ApiTags('orders')
@ApiParam({ name: 'shop', example: 'nordlys-apparel.myshopify.com' })
@Controller('api/shops/:shop/tasks')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Get()
  @RequireScope('orders:read')
  @ApiOperation({
    operationId: 'listTasks',
    summary: 'What somebody of the shop has to see to, newest first',
    description:
      'A transport of an order that failed or was cancelled, or goods that left for a cancelled order.',
  })
  @ApiOkResponse({ type: TaskListDto })
  @ApiProblem('invalid_cursor')
  async list(
    @Tenant() shop: ShopDomain,
    @Query() { state, limit, cursor }: ListTasksQuery,
  ): Promise<TaskListDto> {
    const { tasks, ...page } = await this.tasks.list(shop, state, { limit, cursor });
    return { data: tasks.map(toTaskDto), page };
  }

  @Post(':task/resolve')
  @HttpCode(200)
  @RequireScope('orders:write')
  @ApiOperation({
    operationId: 'resolveTask',
    summary: 'Say that somebody saw to it',
    description: 'With what was done, for the others. Asked again it changes nothing.',
  })
  @ApiOkResponse({ type: TaskDto })
  @ApiProblem('task_not_found')
  async resolve(
    @Tenant() shop: ShopDomain,
    @Param('task') task: string,
    @Body() { resolution }: ResolveTaskDto,
  ): Promise<TaskDto> {
    return toTaskDto(await this.tasks.resolve(shop, task, resolution));
  }
}

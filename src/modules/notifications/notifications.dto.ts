import { ApiProperty } from '@nestjs/swagger';
import { EnumField } from '../../platform/http/fields.js';
import { CursorQuery, PageDto } from '../../platform/http/list.dto.js';
import {
  NOTIFICATION_CHANNELS,
  NOTIFICATION_ERRORS,
  NOTIFICATION_STATUSES,
  SUBJECT_KINDS,
  type NotificationChannel,
  type NotificationDocument,
  type NotificationError,
  type NotificationStatus,
  type NotificationSubject,
} from './notification.schema.js';

export class ListNotificationsQuery extends CursorQuery {
  @EnumField(NOTIFICATION_STATUSES, { optional: true, description: 'Only those in this state' })
  status?: NotificationStatus;
}

class NotificationSubjectDto {
  @ApiProperty({ enum: SUBJECT_KINDS }) kind: NotificationSubject['kind'];
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
}

class NotificationErrorDto {
  @ApiProperty({ enum: NOTIFICATION_ERRORS }) code: NotificationError['code'];
  @ApiProperty({ example: '550 5.1.1 No such user', description: 'What the other side said' }) detail: string;
}

export class NotificationDto {
  @ApiProperty({ example: '6921b0d2a1f4b0a7c9e01234' }) id: string;
  @ApiProperty({ type: NotificationSubjectDto, description: 'What it is about' })
  subject: NotificationSubjectDto;
  @ApiProperty({ enum: NOTIFICATION_CHANNELS }) channel: NotificationChannel;
  @ApiProperty({ example: 'order-shipped' }) template: string;
  @ApiProperty({ type: 'integer', example: 1, description: 'Of the template, when it was written' })
  templateVersion: number;
  @ApiProperty({ example: 'de', description: 'What it is written in' }) language: string;
  @ApiProperty({
    example: 'ada@example.com',
    description: "Masked where it is not the tenant's own customer",
  })
  to: string;
  @ApiProperty({
    enum: NOTIFICATION_STATUSES,
    description: '`sent` is taken by the mail server; whether it was read nobody knows',
  })
  status: NotificationStatus;
  @ApiProperty({ type: 'integer', example: 1, description: 'How often it was handed over, or tried to be' })
  tries: number;
  @ApiProperty({
    type: 'integer',
    example: 0,
    description: 'Tries that were cut off before their end was known: it may have gone out as often again',
  })
  unknownTries: number;
  @ApiProperty({ type: NotificationErrorDto, nullable: true, description: 'Of the latest try' })
  error: NotificationErrorDto | null;
  @ApiProperty() createdAt: Date;
  @ApiProperty({ type: Date, nullable: true }) sentAt: Date | null;
}

export class NotificationListDto {
  @ApiProperty({ type: [NotificationDto] }) data: NotificationDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export class NotificationsDto {
  @ApiProperty({ type: [NotificationDto], description: 'One for each person' }) data: NotificationDto[];
}

export function toNotificationDto(notification: NotificationDocument): NotificationDto {
  const { _id, subject, channel, template, templateVersion, language, to, status } = notification;
  const { tries, unknownTries, error, createdAt, sentAt } = notification;
  return {
    ...{ id: String(_id), subject: { kind: subject.kind, id: subject.id } },
    ...{ channel, template, templateVersion, language, status, tries, unknownTries, error },
    // those of a transport are told to its other party
    to: subject.kind === 'order' ? to : masked(to),
    ...{ createdAt, sentAt },
  };
}

/** `ada@example.com` as `a***@example.com`. */
function masked(address: string): string {
  return address.replace(/^(.)[^@]*/, '$1***');
}

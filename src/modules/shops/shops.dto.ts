import { ApiProperty, PartialType } from '@nestjs/swagger';
import { IsEmail, IsTimeZone } from 'class-validator';
import { BooleanField, ObjectsField, StringField } from '../../platform/http/fields.js';
import { IpNetworksField } from '../../platform/http/ip-networks.field.js';
import { PageDto } from '../../platform/http/list.dto.js';
import type { Shop } from './shop.js';

const HOST = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** An address, or nothing to take it away; whether it receives mail only a mail can tell. */
const EMAIL = /^$|^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** BCP 47 as storefronts use it: language, optional script, optional region. */
const LOCALE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/;

export class ShopLocaleDto {
  @StringField({ maxLength: 15, pattern: LOCALE, example: 'de', description: 'BCP 47' })
  locale: string;

  @BooleanField({ example: false, description: 'Exactly one locale is primary; it lives at the root' })
  primary: boolean;

  @StringField({
    optional: true,
    maxLength: 40,
    pattern: /^[a-z0-9-]+$/i,
    example: 'de',
    description: 'First path segment of its pages; the locale if absent',
  })
  urlPrefix?: string;
}

export class ShopSettingsDto {
  @StringField({ minLength: 1, maxLength: 120, example: 'Nordlys Apparel' })
  name: string;

  @StringField({
    optional: true,
    maxLength: 254,
    pattern: EMAIL,
    format: 'email',
    example: 'owner@example.com',
  })
  email?: string;

  @StringField({
    optional: true,
    maxLength: 253,
    pattern: HOST,
    example: 'nordlys.example.com',
    description: 'Host customers see, used in sitemap URLs; the shop domain if absent',
  })
  primaryDomain?: string;

  @IsTimeZone()
  @StringField({
    optional: true,
    maxLength: 60,
    example: 'Europe/Berlin',
    description: 'IANA time zone; UTC if absent',
  })
  timeZone?: string;

  @ObjectsField(() => ShopLocaleDto, {
    optional: true,
    maxItems: 50,
    description: 'Languages of the storefront; English alone if absent',
  })
  locales?: ShopLocaleDto[];

  @IpNetworksField(
    'Networks that keys and members of the shop may call from; from anywhere if empty. Operators are not bound',
  )
  ipAllowlist?: string[];

  @BooleanField({
    optional: true,
    example: true,
    description: 'Whether customers get mails when an order is placed, shipped and delivered; true if absent',
  })
  customerNotices?: boolean;
}

export class CreateShopDto extends ShopSettingsDto {
  @StringField({
    maxLength: 80,
    pattern: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/,
    example: 'nordlys-apparel.myshopify.com',
    description: "The shop's permanent domain",
  })
  shop: string;

  @StringField({
    pattern: /^[A-Z]{3}$/,
    maxLength: 3,
    example: 'EUR',
    description: 'ISO 4217; cannot be changed later',
  })
  currency: string;

  @IsEmail({}, { message: 'ownerEmail must be an e-mail address' })
  @StringField({
    optional: true,
    maxLength: 254,
    format: 'email',
    example: 'owner@example.com',
    description: 'Who is invited to own the shop',
  })
  ownerEmail?: string;
}

export class UpdateShopDto extends PartialType(ShopSettingsDto, { skipNullProperties: false }) {}

export class ShopDto {
  @ApiProperty({ example: 'nordlys-apparel.myshopify.com' }) shop: string;
  @ApiProperty({ example: 'Nordlys Apparel' }) name: string;
  @ApiProperty({ example: 'owner@example.com' }) email: string;
  @ApiProperty({ example: 'nordlys.example.com' }) primaryDomain: string;
  @ApiProperty({ example: 'EUR' }) currency: string;
  @ApiProperty({ example: 'Europe/Berlin' }) timeZone: string;
  @ApiProperty({ type: [ShopLocaleDto] }) locales: ShopLocaleDto[];
  @ApiProperty({ type: [String], example: ['203.0.113.0/24'] }) ipAllowlist: string[];
  @ApiProperty({ description: 'Whether customers get mails when an order is placed, shipped and delivered' })
  customerNotices: boolean;
  @ApiProperty() installedAt: Date;
  @ApiProperty({
    type: Date,
    nullable: true,
    description: 'Set when uninstalled; the data is kept for 30 days from then',
  })
  uninstalledAt: Date | null;
  @ApiProperty({ type: 'integer', description: 'The ETag of the resource' }) version: number;
  @ApiProperty() createdAt: Date;
  @ApiProperty() updatedAt: Date;
}

export class InstalledShopDto extends ShopDto {
  @ApiProperty({
    example: 'ent_live_Zr3k…',
    description: 'A key with every scope of the shop; shown this once',
  })
  apiKey: string;
}

export class ShopListDto {
  @ApiProperty({ type: [ShopDto] }) data: ShopDto[];
  @ApiProperty({ type: PageDto }) page: PageDto;
}

export function toShopDto(shop: Shop): ShopDto {
  const { name, email, primaryDomain, currency, timeZone, locales, ipAllowlist, customerNotices } = shop;
  const { installedAt, uninstalledAt, version, createdAt, updatedAt } = shop;
  return {
    shop: shop.shop,
    name,
    email,
    primaryDomain,
    currency,
    timeZone,
    locales,
    ipAllowlist,
    customerNotices,
    installedAt,
    uninstalledAt,
    version,
    createdAt,
    updatedAt,
  };
}

import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDate,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { OBJECT_ID } from '../../kernel/object-id.js';

/** Field decorators that validate and document at once, so that OpenAPI cannot differ from what is checked. */
interface Common {
  description?: string;
  example?: unknown;
  default?: unknown;
  optional?: boolean;
  nullable?: boolean;
}

function property(
  { description, example, optional, nullable, ...rest }: Common,
  more: object,
): PropertyDecorator {
  const options = {
    ...(description ? { description } : {}),
    ...(example !== undefined ? { example } : {}),
    ...(rest.default !== undefined ? { default: rest.default } : {}),
    ...(nullable ? { nullable: true } : {}),
    required: !optional,
    ...more,
  } as ApiPropertyOptions;
  return applyDecorators(
    ApiProperty(options),
    ...(optional ? [IsOptionalButNotNull()] : []),
    ...(nullable ? [ValidateIf((_, value) => value !== null)] : []),
  );
}

/** class-validator's IsOptional lets `null` through; a missing field and a null one are not the same in a patch. */
function IsOptionalButNotNull(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

export function StringField(
  options: Common & { minLength?: number; maxLength?: number; pattern?: RegExp; format?: string } = {},
): PropertyDecorator {
  const { minLength, maxLength = 255, pattern, format } = options;
  return applyDecorators(
    property(options, {
      type: String,
      maxLength,
      ...(minLength ? { minLength } : {}),
      ...(pattern ? { pattern: pattern.source } : {}),
      ...(format ? { format } : {}),
    }),
    IsString(),
    MaxLength(maxLength),
    ...(minLength ? [MinLength(minLength)] : []),
    ...(pattern ? [Matches(pattern)] : []),
  );
}

/** The id of a document. */
export function IdField(options: Common = {}): PropertyDecorator {
  return StringField({ example: '6921b0d2a1f4b0a7c9e01234', ...options, maxLength: 24, pattern: OBJECT_ID });
}

export function EnumField(values: readonly string[], options: Common = {}): PropertyDecorator {
  return applyDecorators(property(options, { type: String, enum: [...values] }), IsIn(values));
}

export function IntField(options: Common & { min?: number; max?: number } = {}): PropertyDecorator {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  return applyDecorators(
    property(options, {
      type: 'integer',
      ...(options.min !== undefined ? { minimum: min } : {}),
      ...(options.max !== undefined ? { maximum: max } : {}),
    }),
    IsInt(),
    Min(min),
    Max(max),
  );
}

/** Any finite number within bounds. */
export function NumberField(options: Common & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return applyDecorators(
    property(options, { type: Number, minimum: min, maximum: max }),
    IsNumber({ allowNaN: false, allowInfinity: false }),
    Min(min),
    Max(max),
  );
}

/** An integer in a query string: digits only, so that `limit=` or `limit=1e3` is refused rather than guessed. */
export function IntQuery(options: Common & { min?: number; max?: number }): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    IntField({ optional: true, ...options }),
  );
}

export function BooleanField(options: Common = {}): PropertyDecorator {
  return applyDecorators(property(options, { type: Boolean }), IsBoolean());
}

export function BooleanQuery(options: Common): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      value === 'true' ? true : value === 'false' ? false : value,
    ),
    BooleanField({ optional: true, ...options }),
  );
}

const ISO_8601 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** An ISO 8601 date, or date and time with its offset. */
export function DateField(options: Common = {}): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && ISO_8601.test(value) ? new Date(value) : value,
    ),
    property(options, { type: String, format: 'date-time' }),
    IsDate(),
  );
}

export function StringsField(
  options: Common & {
    minItems?: number;
    maxItems: number;
    maxLength?: number;
    unique?: boolean;
    values?: readonly string[];
    pattern?: RegExp;
  },
): PropertyDecorator {
  const { minItems, maxItems, maxLength = 255, unique, values, pattern } = options;
  return applyDecorators(
    property(options, {
      type: 'array',
      items: { type: 'string', maxLength, ...(values ? { enum: [...values] } : {}) },
      maxItems,
      ...(minItems ? { minItems } : {}),
      ...(unique ? { uniqueItems: true } : {}),
    }),
    IsArray(),
    ArrayMaxSize(maxItems),
    ...(minItems ? [ArrayMinSize(minItems)] : []),
    IsString({ each: true }),
    MaxLength(maxLength, { each: true }),
    ...(unique ? [ArrayUnique()] : []),
    ...(values ? [IsIn(values, { each: true })] : []),
    ...(pattern ? [Matches(pattern, { each: true })] : []),
  );
}

export function ObjectField(type: () => new () => object, options: Common = {}): PropertyDecorator {
  return applyDecorators(
    // Swagger takes a function for a lazy type only when it is called `type`
    property(options, { type: () => type() }),
    Type(type),
    IsObject(), // ValidateNested takes a list for its items
    ValidateNested(),
  );
}

export function ObjectsField(
  type: () => new () => object,
  options: Common & { minItems?: number; maxItems: number },
): PropertyDecorator {
  return applyDecorators(
    property(options, {
      ...{ type: () => type(), isArray: true, maxItems: options.maxItems },
      ...(options.minItems === undefined ? {} : { minItems: options.minItems }),
    }),
    IsArray(),
    ArrayMaxSize(options.maxItems),
    ...(options.minItems === undefined ? [] : [ArrayMinSize(options.minItems)]),
    Type(type),
    IsObject({ each: true }),
    ValidateNested({ each: true }),
  );
}

import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { registerDecorator, type ValidationArguments } from 'class-validator';
import {
  faultOfPosition,
  type PointGeometry,
  type PolygonGeometry,
  type Position,
} from '../../kernel/geo.js';
import { faultOfRings } from '../geo/polygon.js';
import { EnumField } from './fields.js';

const NUMBERS = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 } as const;

/** A rule whose fault is told in words. */
function Faultless(name: string, faultOf: (value: unknown) => string | undefined): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => faultOf(value) === undefined,
        defaultMessage: ({ property, value }: ValidationArguments) => `${property} ${faultOf(value) ?? ''}`,
      },
    });
  };
}

/** Longitude and latitude as a pair. */
export function PositionField(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ ...NUMBERS, example: [13.405, 52.52], description: 'Longitude, latitude (RFC 7946)' }),
    Faultless('isPosition', faultOfPosition),
  );
}

export class PointDto implements PointGeometry {
  @EnumField(['Point'], { example: 'Point' }) type: 'Point';
  @PositionField() coordinates: Position;
}

export class PolygonDto implements PolygonGeometry {
  @EnumField(['Polygon'], { example: 'Polygon' }) type: 'Polygon';
  @applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'array', items: NUMBERS },
      example: [
        [
          [13, 52],
          [14, 52],
          [14, 53],
          [13, 53],
          [13, 52],
        ],
      ],
      description: 'Rings, the outer one first, each closed; at most 500 positions',
    }),
    Faultless('isPolygon', faultOfRings),
  )
  coordinates: Position[][];
}

export { Faultless };

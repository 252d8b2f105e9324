import { plainToInstance, Type } from 'class-transformer';
import {
  IsArray,
  IsDefined,
  IsInt,
  IsOptional,
  IsString,
  Max,
  registerDecorator,
  validate,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { certainlyValid } from './certainly-valid.js';

/** Asks somebody before it knows. */
const IsKnown = () => (target: object, propertyName: string) => {
  registerDecorator({
    ...{ name: 'isKnown', target: target.constructor, propertyName },
    validator: { validate: async (value) => Promise.resolve(value === 'known') },
  });
};

class Option {
  @IsString() name: string;
  @IsOptional() @IsInt({ each: true }) sizes?: number[];
}
class Base {
  @IsDefined() @IsInt() @Max(9) amount: number;
}
class Thing extends Base {
  @IsOptional() @IsString() note?: string | null;
  @ValidateIf(({ amount }: Thing) => amount > 5) @IsString() reason?: string;
  @IsOptional() @IsArray() @ValidateNested() @Type(() => Option) options?: Option[];
  @IsOptional() @ValidateNested() @Type(() => Option) main?: Option;
  @IsString({ validateIf: ({ note }: Thing) => note === 'named' }) name?: string;
}
class Asked {
  @IsKnown() by: string;
}
class Empty {}

const OPTION = { name: 'Colour', sizes: [1, 2] };
const INPUTS: object[] = [
  ...[{ amount: 1 }, { amount: 10 }, { amount: '1' }, {}, { amount: null }, { amount: 1, note: null }],
  ...[{ amount: 1, note: 3 }, { amount: 6 }, { amount: 6, reason: 'big' }, { amount: 1, reason: 7 }],
  ...[
    { amount: 1, more: true },
    { amount: 1, note: 'named' },
    { amount: 1, note: 'named', name: 'x' },
  ],
  ...[[], [OPTION], [OPTION, { name: 1 }], [{ name: 'x', sizes: ['1'] }], [[OPTION]], [[{}]]].map(
    (options) => ({
      amount: 1,
      options,
    }),
  ),
  ...[[undefined], [null], ['text'], {}, 'text', null, [{ name: 'x', more: 1 }]].map((options) => ({
    amount: 1,
    options,
  })),
  ...[OPTION, [OPTION], {}, 1, 'text', { ...OPTION, sizes: 4 }, { ...OPTION, sizes: null }].map((main) => ({
    amount: 1,
    main,
  })),
];
const OPTIONS = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };

describe('what is certainly valid', () => {
  it.each(INPUTS.map((input) => [JSON.stringify(input), input] as const))('%s', async (_, input) => {
    const errors = await validate(plainToInstance(Thing, input), OPTIONS);
    expect(certainlyValid(plainToInstance(Thing, input))).toBe(errors.length === 0);
  });

  it('is both in the samples', () => {
    const valid = INPUTS.filter((input) => certainlyValid(plainToInstance(Thing, input)));
    expect(valid.length).toBeGreaterThan(5);
    expect(valid.length).toBeLessThan(INPUTS.length - 10);
  });

  it('is nothing that has to be waited for, has no rules, or is no object of a class', () => {
    expect(certainlyValid(plainToInstance(Asked, { by: 'known' }))).toBe(false);
    expect(certainlyValid(new Empty())).toBe(false);
    expect(certainlyValid(Object.create(null) as object)).toBe(false);
    expect(certainlyValid(Object.assign(new Option(), { name: 'x', sizes: new Set([1]) }))).toBe(false);
  });
});

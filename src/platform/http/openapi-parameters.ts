import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
export type Parameter = NonNullable<Operation['parameters']>[number];

/** What a name in a path stands for, wherever it does. */
const IN_PATH: Record<string, string> = {
  shop: "The shop's permanent domain",
  organisation: 'Id of the client or carrier organisation',
  account: 'Id of the account, as the list of members tells it',
  carrier: 'Id of the carrier, which is that of its organisation',
  grid: 'Id of the version of a pricing grid',
  line: 'Id of the line of the order',
  shipment: 'Id of the shipment, which is that of its transport order',
  task: 'Id of the task, as the list told it',
  device: 'Id of the serialised unit',
  id: 'Id, as the list or the creation told it',
  plan: 'Name of the plan',
  schedule: 'Name of the job that the schedule starts',
  handle: 'Handle of the product',
  file: 'Name of a file of the sitemap, with `.gz` for its gzipped form',
};

/** What stands in a path is text, and explained, whoever forgot to say so; lists in a query are comma separated. */
export function completeParameter(parameter: Parameter): Parameter {
  if (!('in' in parameter)) return parameter;
  if (parameter.in === 'path') {
    const description = parameter.description ?? IN_PATH[parameter.name];
    return {
      ...parameter,
      ...(description ? { description } : {}),
      schema: { type: 'string', ...parameter.schema },
    };
  }
  const isList = parameter.schema && 'type' in parameter.schema && parameter.schema.type === 'array';
  return parameter.in === 'query' && isList ? { ...parameter, style: 'form', explode: false } : parameter;
}

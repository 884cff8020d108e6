/**
 * Functions that answer a changed copy of an object, documented in
 * workflow-definition-language-functions-reference.md ("Manipulation
 * functions: JSON & XML"). XML is not offered.
 */
import { invalid } from '../value.js';
import { arg, fn, object, type Table, text } from './arguments.js';

export const OBJECTS: Table = {
  addProperty: fn(3, 3, (args) => {
    const [of, name] = [object(args, 0), text(args, 1)];
    if (Object.hasOwn(of, name)) throw invalid(`addProperty: the object has a property '${name}' already.`);
    return { ...of, [name]: arg(args, 2) };
  }),
  setProperty: fn(3, 3, (args) => ({ ...object(args, 0), [text(args, 1)]: arg(args, 2) })),
  removeProperty: fn(2, 2, (args) => {
    const { [text(args, 1)]: _removed, ...rest } = object(args, 0);
    return rest;
  }),
};

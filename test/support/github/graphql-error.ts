import { GraphQLError } from "graphql";

/** An error GitHub itself answers, with the `type` clients tell errors apart by. */
export const graphqlError = (type: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { type } });

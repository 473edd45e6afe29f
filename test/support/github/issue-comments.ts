import { type Answer, Refusal } from "./refusal.ts";
import type { Comment, Conversation, Repository } from "./repository.ts";
import { isoSeconds, userBody } from "./rest-bodies.ts";
import { type Call, NOT_ACCESSIBLE, nodeId, type Session } from "./session.ts";

const DOCS = "https://docs.github.com/rest/issues/comments";
/** GitHub's own limit of a comment, in characters. */
const MAX_LENGTH = 65_536;

export async function listComments(call: Call): Promise<Answer> {
  const { comments } = conversationOf(call);
  const [size, page] = [numberIn(call, "per_page", 30), numberIn(call, "page", 1)];
  const shown = comments.slice((page - 1) * Math.min(size, 100), page * Math.min(size, 100));
  return { status: 200, body: shown.map((comment) => commentBody(call, comment)) };
}

export async function readComment(call: Call): Promise<Answer> {
  return { status: 200, body: commentBody(call, commentIn(call)) };
}

export async function createComment(call: Call): Promise<Answer> {
  const { session, repository } = call;
  const conversation = conversationOf(call);
  if (conversation.isLocked) throw new Refusal(403, "Unable to create comment because issue is locked.", DOCS);
  const comment = repository.comment(Number(call.values["issue_number"]), textIn(call), authorOf(session));
  return { status: 201, body: commentBody(call, comment) };
}

/** Whoever may write may edit the comments of others, too. */
export async function updateComment(call: Call): Promise<Answer> {
  const comment = commentIn(call);
  comment.body = textIn(call);
  return { status: 200, body: commentBody(call, comment) };
}

const authorOf = ({ token }: Session): string => token.login ?? "github-actions[bot]";

function numberIn({ query }: Call, name: string, otherwise: number): number {
  const number = Number(query.get(name) ?? otherwise);
  return Number.isInteger(number) && number > 0 ? number : otherwise;
}

function textIn({ body }: Call): string {
  const { body: text } = body as { body: string };
  if (text.trim() === "") throw new Refusal(422, "Validation Failed", DOCS);
  if (text.length > MAX_LENGTH) throw new Refusal(422, "Body is too long (maximum is 65536 characters)", DOCS);
  return text;
}

/** Anyone sees what is public; elsewhere the token needs the right to see pull requests. */
function mustSee({ session, repository }: Call): void {
  if (repository.private && session.token.pulls !== true) throw new Refusal(403, NOT_ACCESSIBLE, DOCS);
}

function conversationOf(call: Call): Conversation {
  mustSee(call);
  const conversation = call.repository.pulls.get(Number(call.values["issue_number"]));
  if (conversation === undefined) throw new Refusal(404, "Not Found", DOCS);
  return conversation;
}

function commentIn(call: Call): Comment {
  mustSee(call);
  const all = [...call.repository.pulls.values()].flatMap(({ comments }) => comments);
  const comment = all.find(({ id }) => String(id) === call.values["comment_id"]);
  if (comment === undefined) throw new Refusal(404, "Not Found", DOCS);
  return comment;
}

function commentBody({ session, repository }: Call, comment: Comment): Readonly<Record<string, unknown>> {
  const { id, body, author, pull } = comment;
  const at = isoSeconds(comment.at);
  return {
    id,
    node_id: nodeId("IC", id),
    url: `${session.apiUrl}/repos/${repository.nameWithOwner}/issues/comments/${id}`,
    html_url: pageOf(session, repository, comment),
    issue_url: `${session.apiUrl}/repos/${repository.nameWithOwner}/issues/${pull}`,
    body,
    user: userBody(session, author),
    created_at: at,
    updated_at: at,
    author_association: "CONTRIBUTOR",
    performed_via_github_app: null,
  };
}

const pageOf = (session: Session, repository: Repository, { id, pull }: Comment): string =>
  `${session.serverUrl}/${repository.nameWithOwner}/pull/${pull}#issuecomment-${id}`;

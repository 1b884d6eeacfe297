// What the model explores, and the protocol's rules. A mutant is the protocol with one rule changed.

/** Nodes of the quorum: three is the smallest number at which two majorities may share only one node. */
export const NODES = 3;
const MAJORITY = 2;

export interface Rules {
  /** Clients that try at the same time. */
  clients: number;
  /** How often a node loses its data, one at a time. */
  losses: number;
  /**
   * Asynchronous: nodes drop votes, and clients pause, at any moment; only fences are promised. Synchronous: clocks run
   * within the drift, so no node drops the votes that a client still relies on; exclusion is promised as well.
   */
  timing: "asynchronous" | "synchronous";
  /**
   * Looks also at steps that only take away from what may follow, and so cannot lead to anything new: late messages of
   * tries that have ended take a vote or make a node's fence greater; a vote whose answer is lost does too, until its
   * write-back arrives; a node that is admitted later gives fewer votes, and a mark that is read later is greater.
   * The larger configurations go without these.
   */
  thorough: boolean;
  /** What is remembered: a grant that counted, to compare fences, or a try that was taken back, to see orphaned votes. */
  looksFor: "fences" | "orphans";

  /** Votes that make a majority. */
  majority: number;
  /** Whether the greatest fence is written back to the nodes at all. */
  writesBack: boolean;
  /** Whether the order of fences is promised, beside exclusion. */
  promisesFences: boolean;
  /** Nodes that must have the fence before the grant counts. */
  acknowledgements: number;
  /** When a node takes a write-back: holding the vote and its fence not passed, holding the vote, or always. */
  raises: "possessed and not passed" | "possessed" | "always";
  /** Each try has an owner of its own, so that what is taken back late is told from what is held now. */
  ownerPerTry: boolean;
  /** A node remembers the tries that were taken back, and refuses their late votes. */
  forbids: boolean;
  /** The record of a name, with its fence, outlives the vote. */
  keepsRecord: boolean;
  /** A node that lost its data gives no vote until it is admitted anew. */
  barsAfterLoss: boolean;
  /** What a node has after a loss: nothing, or the state of some earlier time. */
  comesBackWith: "nothing" | "older data";
  /** Such a node takes write-backs before it is admitted. */
  raisesWhileBarred: boolean;
  /** It is admitted only when every try from before the loss can no longer count. */
  waits: boolean;
  /** The marks of the others are read after that wait. */
  readsAfterWait: boolean;
  /** Of how many other nodes. */
  marksAsked: number;
  /** What the marks do: the node's fences pass them, only reach them, or nothing. */
  floor: "passed" | "reached" | "none";
  /** What a node tells as its mark: the greatest fence it ever had, or the greatest that was written back. */
  mark: "every fence" | "written back";
  /** A node that was admitted anew counts its floor in its mark. */
  marksFloor: boolean;
  /** An admission is for one loss only: a late one does not admit the node after the next. */
  admitsByEpoch: boolean;
}

export const PROTOCOL: Rules = {
  clients: 2,
  losses: 0,
  timing: "asynchronous",
  thorough: false,
  looksFor: "fences",
  majority: MAJORITY,
  writesBack: true,
  promisesFences: true,
  acknowledgements: MAJORITY,
  raises: "possessed and not passed",
  ownerPerTry: true,
  forbids: true,
  keepsRecord: true,
  barsAfterLoss: true,
  comesBackWith: "nothing",
  raisesWhileBarred: false,
  waits: true,
  readsAfterWait: true,
  marksAsked: MAJORITY,
  floor: "passed",
  mark: "every fence",
  marksFloor: true,
  admitsByEpoch: true,
};

(** Stores of rows. *)

open Types

type row = { key : string; mutable depth : int }
type state = Queued | Running of int
type t

exception Not_found_at of string

val limit : int

val find : t -> string -> row option
(** Find a row. *)

val ( >>= ) : 'a option -> ('a -> 'b option) -> 'b option

external now : unit -> float = "unix_gettimeofday"

module type READER = sig
  type t

  val read : t -> int -> row
end

module Disk : sig
  val close : t -> unit
end

module Memory : READER with type t = row list

class store : string -> object
  method size : int
end

(* Stores of rows. *)
open Printf
module StringMap = Map.Make (String)

let limit = 10
let first, second = (1, 2)

type row = { key : string; mutable depth : int }
type 'a result = Ok of 'a | Failed of exn
and state = Queued | Running of int
type handler = row -> unit

exception Not_found_at of string

external now : unit -> float = "unix_gettimeofday"

(** What can be read. *)
module type READER = sig
  type t
  val read : t -> int -> row
  val close : t -> unit
end

module Store : READER with type t = row list = struct
  type t = row list
  let cache = Hashtbl.create limit

  let rec find key = function
    | [] -> None
    | row :: _ when row.key = key -> Some row
    | _ :: rest -> find key rest

  let read rows size =
    let local = List.nth rows size in
    local

  let close _ = ()

  module Cursor = struct
    let next at = at + 1
  end
end

module Make (Reader : READER) = struct
  let open_all readers = List.map (fun reader -> Reader.read reader 1) readers
end

let ( <~> ) left right = left @ right
let ( let* ) value f = Option.bind value f

let double = fun x -> x * 2
let handler : row -> unit = fun row -> printf "%s" row.key

let rec even n = n = 0 || odd (n - 1)
and odd n = n <> 0 && even (n - 1)

class virtual counter start =
  object (self)
    val mutable value = start
    method get = value
    method virtual reset : unit
    method private bump by = value <- value + by
  end

class type sized = object
  method size : int
end

let make ?(depth = limit) ~key () =
  let inner x = x + depth in
  { key; depth = inner 1 }

let () =
  let row = make ~key:"a" () in
  handler row

defmodule Graph.Store do
  @moduledoc """
  Stores of rows.
  """

  use GenServer
  import Ecto.Query, only: [from: 2]
  alias Graph.{Row, Remote}
  require Logger

  @limit 10
  @behaviour Graph.Reader

  @type t :: %__MODULE__{url: String.t(), rows: [Row.t()]}
  @typep key :: atom()
  @callback fetch(key) :: {:ok, Row.t()} | :error

  defstruct [:url, rows: [], depth: @limit]

  defguard is_key(value) when is_atom(value) or is_binary(value)

  @doc "Opens a store."
  @spec open(String.t(), keyword()) :: t()
  def open(url, opts \\ []) do
    %__MODULE__{url: normal(url), depth: opts[:depth]}
  end

  def find(store, key) when is_key(key) do
    Enum.find(store.rows, fn row -> row.key == key end)
  end

  def find(_store, nil), do: nil

  defp normal(url) do
    url |> String.trim() |> String.downcase()
  end

  @impl true
  def handle_call({:get, key}, _from, state), do: {:reply, find(state, key), state}

  def left <~> right do
    merge(left, right)
  end

  def start_link, do: GenServer.start_link(__MODULE__, nil)

  defdelegate count(list), to: Enum

  defmacro trace(expression) do
    quote do
      Logger.debug(unquote(expression))
    end
  end

  defmodule Error do
    defexception [:message]

    def wrap(reason), do: %__MODULE__{message: inspect(reason)}
  end
end

defprotocol Graph.Sized do
  @doc "Counts."
  def size(value)
end

defimpl Graph.Sized, for: Graph.Store do
  def size(store), do: length(store.rows)
end

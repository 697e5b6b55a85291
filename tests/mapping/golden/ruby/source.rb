require 'json'
require_relative "clone"

module Graph::Store
  LIMIT = 10

  class Repo < Base::Store
    include Enumerable
    attr_reader :url, :rows

    def initialize(url, depth: 1)
      @url = normal(url)
      rows.each { |row| row.touch }
      Row.new
      self.valid?
    end

    def valid?
      check Job::State
      ready
    end

    def self.open(url); end

    def ==(other) = url == other.url

    class << self
      def build
        Repo.new
      end
    end
  end
end

task :clone do
  run Repo
end

require_relative '../lib/limits'
autoload :Parser, 'graph/parser'

# Shapes and what they share.
module Graph
  VERSION = '1.0'.freeze
  Error = Class.new(StandardError)
  Point = Struct.new(:x, :y) do
    def norm = Math.sqrt(x**2 + y**2)
  end

  module Countable
    def self.included(base)
      base.extend(ClassMethods)
    end

    module ClassMethods
      def count_all(*args, **options, &block)
        all.count(*args, &block)
      end
    end
  end

  class Shape < Struct.new(:side)
    include Countable, Comparable
    extend Forwardable
    prepend Logging

    attr_writer :color
    attr_accessor :name, :parent
    def_delegators :@list, :size, :each
    delegate :area, to: :parent
    alias_method :title, :name
    alias label name

    COLORS = %w[red green].freeze
    @@count = 0
    @registry = {}

    class NotFound < Graph::Error; end

    class << self
      attr_reader :registry

      def create!(side:, **) = new(side)

      private

      def secret; end
    end

    def <=>(other)
      side <=> other.side
    end

    def [](index)
      COLORS[index]
    end

    def name=(value)
      @name = value.to_s
    end

    def each
      return enum_for(:each) unless block_given?

      yield side
    end

    def +(other) = Shape.new(side + other.side)

    def !
      false
    end

    define_method(:dynamic) { |x| x }

    private_class_method def self.hidden; end

    protected

    def area?
      helper = ->(x) { x * side }
      case side
      in { width: Integer => w } then w
      in [Integer, *] then helper.(1)
      end
    rescue NotFound => e
      raise Graph::Error, "no #{e.message}"
    ensure
      self.class.count_all(1)
    end
  end

  def self.open(path) = File.open(path)

  def Graph.close; end
end

class Graph::Circle < Graph::Shape
  scope :large, -> { where('radius > 1') }
  has_many :points, dependent: :destroy

  def radius = <<~TEXT.size
    def not_a_method; end
  TEXT
end

def top_level(*)
  Graph::Shape.create!(side: 1)
end

if __FILE__ == $PROGRAM_NAME
  top_level
end

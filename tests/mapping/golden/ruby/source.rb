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

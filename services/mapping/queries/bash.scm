(function_definition) @definition.function
(program (variable_assignment name: (variable_name) @definition.variable))
(program (variable_assignments (variable_assignment name: (variable_name) @definition.variable)))
(program (declaration_command (variable_assignment name: (variable_name) @definition.variable)))

(command name: (command_name (word) @reference.call))
(simple_expansion (variable_name) @maybe.name)
(expansion (variable_name) @maybe.name)

(command name: (command_name (word) @_word) (#any-of? @_word "source" ".")) @import
(ERROR) @error

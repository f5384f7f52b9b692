{{- define "tpl.host" -}}
{{ tpl .Values.names.host . }}
{{- end -}}

{{- /* Renders a value, whatever it is: tpl.render takes a dict of `value` and `context`. */}}
{{- define "tpl.render" -}}
{{- $text := typeIs "string" .value | ternary .value (toYaml .value) -}}
{{- if contains "{{" $text }}{{ tpl $text .context }}{{ else }}{{ $text }}{{ end -}}
{{- end -}}
